import { array, type Infer, nullable, refined, struct, text, uint } from "../codec/schema.ts";
import { hashSchema, keySchema } from "../log/identifiers.ts";
import { MAX_NAME_BYTES } from "./entry-name.ts";

/** 100,000 blocks of 512 KiB: 48 GiB in one file, its manifest below the server's 16 MiB. */
export const MAX_BLOCKS_PER_FILE = 100_000;

const blockSchema = struct({
  /** SHA-256 of the block's ciphertext: where it is found, and the proof that it is the one. */
  id: [1, hashSchema],
  /** Random, of this block alone. */
  key: [2, keySchema],
  /** Of the plaintext in the file. */
  offset: [3, uint],
  sizeBytes: [4, uint],
});
export type FileBlock = Infer<typeof blockSchema>;

const plainSchema = struct({
  /** As it was at the last write of the content: the folder's entry wins, this one serves recovery. */
  name: [1, text(MAX_NAME_BYTES)],
  sizeBytes: [2, uint],
  mimeHint: [3, nullable(text(100))],
  blocks: [4, array(blockSchema, MAX_BLOCKS_PER_FILE)],
});
export type FileManifest = Infer<typeof plainSchema>;

/** One version of one file. Its blocks cover it in order, without a gap and without an empty one. */
export const fileManifestSchema = refined(
  plainSchema,
  areBlocksContiguous,
  "blocks that cover the file in order",
);

function areBlocksContiguous({ sizeBytes, blocks }: FileManifest): boolean {
  let end = 0;
  for (const block of blocks) {
    if (block.offset !== end || block.sizeBytes === 0) return false;
    end += block.sizeBytes;
  }
  return end === sizeBytes;
}
