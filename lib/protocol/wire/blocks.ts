import { array, bytesUpTo, enumeration, nullable, struct } from "../codec/schema.ts";
import { hashSchema } from "../log/identifiers.ts";
import { defineCommand } from "./command.ts";

/** 512 KiB of content, nonce, tag, and room for a larger block size later. */
export const MAX_BLOCK_BYTES = 4 * 1024 * 1024 + 64;
export const MAX_BLOCKS_PER_REQUEST = 64;

/** Content-addressed and idempotent: a block's id is the SHA-256 of these bytes. Not logged. */
export const putBlocks = defineCommand({
  name: "put-blocks",
  session: "required",
  request: struct({ blocks: [1, array(bytesUpTo(MAX_BLOCK_BYTES), MAX_BLOCKS_PER_REQUEST)] }),
  maxRequestBytes: 6 * 1024 * 1024,
  replies: {
    stored: [1, struct({ ids: [1, array(hashSchema, MAX_BLOCKS_PER_REQUEST)] })],
    /** Not signed: it concerns room only, and proves nothing. Beyond a quota none of the blocks was stored. */
    refused: [
      2,
      struct({
        reason: [1, enumeration({ organizationQuotaExceeded: 1, storageFull: 2, deviceQuotaExceeded: 3 })],
      }),
    ],
  },
  maxReplyBytes: 16 * 1024,
});

export const getBlocks = defineCommand({
  name: "get-blocks",
  session: "required",
  request: struct({ ids: [1, array(hashSchema, MAX_BLOCKS_PER_REQUEST)] }),
  maxRequestBytes: 16 * 1024,
  replies: {
    /** In the order asked for; null where the store does not have it. The server may answer fewer than asked, from the front. */
    blocks: [1, struct({ blocks: [1, array(nullable(bytesUpTo(MAX_BLOCK_BYTES)), MAX_BLOCKS_PER_REQUEST)] })],
  },
  maxReplyBytes: 8 * 1024 * 1024,
});
