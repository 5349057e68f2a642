import { array, bytes, bytesUpTo, nullable, struct } from "../codec/schema.ts";
import { hashSchema, idSchema, SIGNATURE_BYTES } from "../log/identifiers.ts";
import { readOpeningSchema, readResultSchema } from "../log/read.ts";
import { provenLeafSchema, receiptSchema } from "../log/receipt.ts";
import { MAX_READ_ITEMS, MAX_RECORD_BYTES, MAX_WRITE_ITEMS } from "../log/record.ts";
import { signedRefusalSchema } from "../log/refusal.ts";
import { defineCommand } from "./command.ts";

export const MAX_CONTENT_BYTES = 16 * 1024 * 1024;
export const MAX_APPEND_BYTES = 24 * 1024 * 1024;

export const signedRecordSchema = struct({
  record: [1, bytesUpTo(MAX_RECORD_BYTES)],
  signature: [2, bytes(SIGNATURE_BYTES)],
});

/** A workspace's keys, sealed to one member. */
export const sealedRingSchema = struct({ user: [1, idSchema], ciphertext: [2, bytesUpTo(64 * 1024)] });

/**
 * Append one record to its log. Authorised by the record's own signature; a READ is answered in a session of its author
 * only, the first time and every time after, since whoever has its bytes could send them again. The same record again
 * gets the same index and stamp, under the newest head; without results where its author may no longer read.
 */
export const append = defineCommand({
  name: "append",
  session: "optional",
  maxAnonymousBytes: MAX_RECORD_BYTES + 64 * 1024,
  request: struct({
    /** The log's id; a record that names another is refused. */
    log: [1, hashSchema],
    signed: [2, signedRecordSchema],
    /** Of a READ; null otherwise. */
    opening: [3, nullable(readOpeningSchema)],
    /** Ciphertexts of the manifests of a WRITE, each found by its SHA-256; ones the server already has may be left out. */
    contents: [4, array(bytesUpTo(MAX_CONTENT_BYTES), MAX_WRITE_ITEMS)],
    /** Rings that a role or rotation record commits to. */
    rings: [5, array(sealedRingSchema, 512)],
    /** Profile ciphertext that a user, device or profile record's salted hash stands for. */
    profiles: [6, array(struct({ hash: [1, hashSchema], ciphertext: [2, bytesUpTo(4096)] }), 4)],
  }),
  maxRequestBytes: MAX_APPEND_BYTES,
  replies: {
    appended: [
      1,
      struct({
        receipt: [1, receiptSchema],
        /** Of an applied READ, in the order of its items; empty otherwise. */
        results: [2, array(readResultSchema, MAX_READ_ITEMS)],
        /** Ciphertext of each result; null where there is none. */
        contents: [3, array(nullable(bytesUpTo(MAX_CONTENT_BYTES)), MAX_READ_ITEMS)],
        /** Each leaf that wrote one of the results, once, in ascending order, included under the receipt's head. */
        writes: [4, array(provenLeafSchema, MAX_READ_ITEMS)],
      }),
    ],
    refused: [2, signedRefusalSchema],
  },
  maxReplyBytes: 64 * 1024 * 1024,
});
