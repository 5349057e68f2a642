import { array, bytesUpTo, enumeration, nullable, struct, text } from "../codec/schema.ts";
import { hashSchema } from "../log/identifiers.ts";
import { receiptSchema } from "../log/receipt.ts";
import { signedRecordSchema } from "./append.ts";
import { defineCommand } from "./command.ts";

/** Leaves 0, 1, 2 of an organization's log (genesis, first user, first device), all or nothing. */
export const createOrganization = defineCommand({
  name: "create-organization",
  session: "none",
  request: struct({
    /** Exactly three. */
    records: [1, array(signedRecordSchema, 3)],
    /** Organization's name, person's name, device label: ciphertexts for the salted hashes in the records. */
    profiles: [2, array(struct({ hash: [1, hashSchema], ciphertext: [2, bytesUpTo(4096)] }), 4)],
    bootstrapToken: [3, nullable(text(200))],
  }),
  maxRequestBytes: 256 * 1024,
  replies: {
    /** One receipt per record, all under the same head. */
    created: [1, struct({ receipts: [1, array(receiptSchema, 3)] })],
    refused: [
      2,
      struct({
        reason: [
          1,
          enumeration({
            bootstrapTokenRequired: 1,
            bootstrapTokenWrong: 2,
            recordsInvalid: 3,
            foreignDeployment: 4,
          }),
        ],
      }),
    ],
  },
  maxReplyBytes: 256 * 1024,
});
