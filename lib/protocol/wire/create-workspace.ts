import { array, struct } from "../codec/schema.ts";
import { hashSchema } from "../log/identifiers.ts";
import { receiptSchema } from "../log/receipt.ts";
import { signedRefusalSchema } from "../log/refusal.ts";
import { sealedRingSchema, signedRecordSchema } from "./append.ts";
import { defineCommand } from "./command.ts";

/** A workspace is born in both logs in one transaction: `workspace` in the organization's, genesis in its own. */
export const createWorkspace = defineCommand({
  name: "create-workspace",
  session: "none",
  request: struct({
    organization: [1, hashSchema],
    workspace: [2, hashSchema],
    organizationRecord: [3, signedRecordSchema],
    genesis: [4, signedRecordSchema],
    rings: [5, array(sealedRingSchema, 1)],
  }),
  maxRequestBytes: 256 * 1024,
  replies: {
    created: [1, struct({ organizationReceipt: [1, receiptSchema], receipt: [2, receiptSchema] })],
    refused: [2, signedRefusalSchema],
  },
  maxReplyBytes: 256 * 1024,
});
