import { epochSealSchema } from "../checkpoint/epoch-seal.ts";
import { array, bytesUpTo, integer, nullable, struct, uint } from "../codec/schema.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { hashSchema } from "../log/identifiers.ts";
import { MAX_LEAF_BYTES } from "../log/leaf.ts";
import { pathSchema, provenEntrySchema } from "../log/receipt.ts";
import { mapProofSchema } from "../prefix-map/map-proof.ts";
import { defineCommand } from "./command.ts";

/** Of what one checkpoint is compared with in one request. */
export const MAX_AUDITED_SIZES = 8;

/** Everything that checks E1, E3 and E4 of one log in one anchored epoch need, in one answer. */
export const auditEpoch = defineCommand({
  name: "audit-epoch",
  session: "required",
  request: struct({
    log: [1, hashSchema],
    epoch: [2, uint],
    /** Sizes of what the client relied on in this log before: heads, checkpoints, what it has replayed. */
    fromSizes: [3, array(uint, MAX_AUDITED_SIZES)],
    /** Map keys to prove under the checkpoint. */
    keys: [4, array(hashSchema, 1024)],
  }),
  maxRequestBytes: 64 * 1024,
  replies: {
    audited: [
      1,
      struct({
        /** The log's checkpoint as a signed note. */
        note: [1, bytesUpTo(MAX_NOTE_BYTES)],
        /** Proof of its slot in the epoch tree. */
        slotProof: [2, mapProofSchema],
        /** For each of `fromSizes`, between it and the checkpoint's size, whichever is shorter first. */
        consistencyPaths: [3, array(pathSchema, MAX_AUDITED_SIZES)],
        /** The last leaf of the checkpoint: an epoch leaf. */
        epochLeaf: [4, bytesUpTo(MAX_LEAF_BYTES)],
        inclusionPath: [5, pathSchema],
        entries: [6, array(provenEntrySchema, 1024)],
        /** The epoch's record as the instances signed it. */
        seal: [7, epochSealSchema],
      }),
    ],
    /** The log has no slot in that epoch's tree; the proof shows it. */
    absent: [2, struct({ slotProof: [1, mapProofSchema], seal: [2, epochSealSchema] })],
    /** Nobody has signed a record of that epoch yet. */
    notSealed: [3, struct({})],
  },
  maxReplyBytes: 4 * 1024 * 1024,
});

/** The ledger proxy's bundle route: raw bytes that only the browser judges (`checkpoint/ledger-bundle`). */
export const ledgerBundle = defineCommand({
  name: "ledger-bundle",
  session: "none",
  request: struct({
    /** Height of the light block that the client trusts. */
    trustedHeight: [1, uint],
    /** Epochs [fromEpoch, toEpoch] to prove; -1, -1 for none; toEpoch null for the newest. */
    fromEpoch: [2, integer(-1, Number.MAX_SAFE_INTEGER)],
    toEpoch: [3, nullable(integer(-1, Number.MAX_SAFE_INTEGER))],
  }),
  maxRequestBytes: 1024,
  replies: { bundle: [1, struct({ bytes: [1, bytesUpTo(8 * 1024 * 1024)] })] },
  maxReplyBytes: 9 * 1024 * 1024,
});
