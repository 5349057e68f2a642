import { array, bytesUpTo, struct, uint } from "../codec/schema.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { hashSchema } from "../log/identifiers.ts";
import { MAX_LEAF_BYTES } from "../log/leaf.ts";
import { pathSchema, provenEntrySchema, provenLeafSchema } from "../log/receipt.ts";
import { defineCommand } from "./command.ts";

/** The newest head, proven to continue the one that the client holds. */
export const readHead = defineCommand({
  name: "read-head",
  session: "required",
  request: struct({ log: [1, hashSchema], fromSize: [2, uint] }),
  maxRequestBytes: 1024,
  replies: {
    head: [
      1,
      struct({
        note: [1, bytesUpTo(MAX_NOTE_BYTES)],
        /** From `fromSize` to the note's size, or from the note's size to `fromSize` where the note is the shorter. */
        consistencyPath: [2, pathSchema],
      }),
    ],
  },
  maxReplyBytes: 16 * 1024,
});

export const MAX_LEAVES_PER_REQUEST = 1000;

/** Leaves [from, to), as many from the front as fit one reply. */
export const readLeaves = defineCommand({
  name: "read-leaves",
  session: "required",
  request: struct({ log: [1, hashSchema], from: [2, uint], to: [3, uint] }),
  maxRequestBytes: 1024,
  replies: { leaves: [1, struct({ leaves: [1, array(bytesUpTo(MAX_LEAF_BYTES), MAX_LEAVES_PER_REQUEST)] })] },
  maxReplyBytes: 8 * 1024 * 1024,
});

/** Leaf hashes [from, to) for the device's mirror of a log. */
export const readLeafHashes = defineCommand({
  name: "read-leaf-hashes",
  session: "required",
  request: struct({ log: [1, hashSchema], from: [2, uint], to: [3, uint] }),
  maxRequestBytes: 1024,
  replies: {
    hashes: [
      1,
      struct({
        /** Peaks of the tree of size `from`, left to right. */
        frontier: [1, pathSchema],
        hashes: [2, array(hashSchema, 65_536)],
      }),
    ],
  },
  maxReplyBytes: 4 * 1024 * 1024,
});

/**
 * Leaves of a workspace's applied authority records, the first of which is number 0: numbers [from, to), as many from
 * the front as fit one reply, included under its head of size `headSize`.
 */
export const readAuthority = defineCommand({
  name: "read-authority",
  session: "required",
  request: struct({ log: [1, hashSchema], from: [2, uint], to: [3, uint], headSize: [4, uint] }),
  maxRequestBytes: 1024,
  replies: {
    authority: [1, struct({ leaves: [1, array(provenLeafSchema, MAX_LEAVES_PER_REQUEST)] })],
  },
  maxReplyBytes: 8 * 1024 * 1024,
});

/**
 * Entries of the map as it was after leaf `size - 1`, with that leaf and its place in the head of size `headSize`.
 * The server answers for the newest leaf and for epoch leaves.
 */
export const proveEntries = defineCommand({
  name: "prove-entries",
  session: "required",
  request: struct({
    log: [1, hashSchema],
    size: [2, uint],
    headSize: [3, uint],
    keys: [4, array(hashSchema, 1024)],
  }),
  maxRequestBytes: 64 * 1024,
  replies: {
    proven: [
      1,
      struct({
        leaf: [1, bytesUpTo(MAX_LEAF_BYTES)],
        inclusionPath: [2, pathSchema],
        entries: [3, array(provenEntrySchema, 1024)],
      }),
    ],
  },
  maxReplyBytes: 4 * 1024 * 1024,
});
