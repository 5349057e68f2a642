import type { Bytes } from "./bytes.ts";
import {
  attempt,
  bytesUpTo,
  exactly,
  fields,
  hash,
  id,
  integer,
  items,
  orNull,
  readBytes,
  tagged,
  uint,
  unknownTag,
  word,
} from "./read.ts";
import { MAX_RECORD_BYTES, parseRecord, type Record, recordHashOf, sizeAndRoot } from "./record.ts";

/** Leaves of a log: [record, signature, stamp], where the stamp is what the server adds. */

export const MAX_LEAF_BYTES = MAX_RECORD_BYTES + 64 + 512 + 16;

type Outcome = "applied" | "conflict" | "expired" | "denied" | "staleKey";

interface Stamp {
  readonly index: number;
  readonly serverTime: number;
  readonly epoch: number;
  readonly organizationSize: number;
  readonly mapRoot: Bytes;
  readonly outcome: Outcome;
  readonly results: Bytes | null;
}

/** A device's leaf, or the server's own that closes an epoch, which has no signature. */
export type Leaf =
  | {
      readonly kind: "record";
      readonly record: Record;
      readonly recordBytes: Bytes;
      readonly recordHash: Bytes;
      readonly signature: Bytes;
      readonly stamp: Stamp;
    }
  | { readonly kind: "epoch"; readonly log: Bytes; readonly epoch: number; readonly stamp: Stamp };

/** Undefined where the leaf, its record or its stamp is not in its form. */
export function parseLeaf(encoded: Bytes): Leaf | undefined {
  const parts = attempt(() =>
    readBytes(encoded, MAX_LEAF_BYTES, (value) => {
      const [record, signature, stamp] = items(value, 3);
      return {
        recordBytes: bytesUpTo(MAX_RECORD_BYTES)(record ?? null),
        signature: bytesUpTo(64)(signature ?? null),
        stamp: readBytes(bytesUpTo(MAX_STAMP_BYTES)(stamp ?? null), MAX_STAMP_BYTES, readStamp),
      };
    }),
  );
  if (!parts) return undefined;
  const { recordBytes, signature, stamp } = parts;
  if (signature.length === 0) {
    const closing = attempt(() => readBytes(recordBytes, MAX_RECORD_BYTES, readEpochRecord));
    return closing && { kind: "epoch", ...closing, stamp };
  }
  const record = signature.length === 64 ? parseRecord(recordBytes) : undefined;
  if (!record) return undefined;
  const recordHash = recordHashOf(recordBytes, signature);
  return { kind: "record", record, recordBytes, recordHash, signature, stamp };
}

const MAX_STAMP_BYTES = 512;

function readStamp(value: Parameters<typeof fields>[0]): Stamp {
  const { take } = fields(value, 8);
  take(3, id);
  return {
    index: take(1, uint),
    serverTime: take(2, uint),
    epoch: take(4, uint),
    organizationSize: take(5, uint),
    mapRoot: take(6, hash),
    outcome: take(7, word<Outcome>("applied", "conflict", "expired", "denied", "staleKey")),
    results: take(8, orNull(hash)),
  };
}

function readEpochRecord(value: Parameters<typeof fields>[0]): { log: Bytes; epoch: number } {
  const { take } = fields(value, 3);
  take(1, exactly(1));
  const epoch = take(
    13,
    tagged((tag, body) => {
      if (tag !== 40) return unknownTag(tag);
      const content = fields(body, 4);
      content.take(2, uint);
      content.take(3, hash);
      content.take(4, sizeAndRoot);
      return content.take(1, integer(0, Number.MAX_SAFE_INTEGER));
    }),
  );
  return { log: take(2, hash), epoch };
}
