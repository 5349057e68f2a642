import { array, bytesUpTo, type Infer, struct, uint } from "../codec/schema.ts";
import { hashSchema } from "./identifiers.ts";
import { MAX_STAMP_BYTES } from "./leaf.ts";

const MAX_PART_LEAVES = 16_384;
const MAX_PART_ENTRIES = 65_536;
const MAX_VALUE_BYTES = 512;
const HASH_BYTES = 32;

/** What some leaves of a workspace's log, one after the other, added to its replay. */
export const replayPartSchema = struct({
  /** Index of the first of them. */
  from: [1, uint],
  /** One after the other. */
  leafHashes: [2, bytesUpTo(MAX_PART_LEAVES * HASH_BYTES)],
  /** Each entry that they changed, with its value after the last of them. */
  entries: [
    3,
    array(struct({ key: [1, hashSchema], value: [2, bytesUpTo(MAX_VALUE_BYTES)] }), MAX_PART_ENTRIES),
  ],
  /** Where a leaf has another epoch than the one before it. */
  epochs: [4, array(struct({ index: [1, uint], epoch: [2, uint] }), MAX_PART_LEAVES)],
  /** Of the last one. */
  stamp: [5, bytesUpTo(MAX_STAMP_BYTES)],
  /** The smallest organizationSize that the next stamp may have. */
  organizationFloor: [6, uint],
});
export type ReplayPart = Infer<typeof replayPartSchema>;
