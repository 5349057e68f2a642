/** Plaintext bytes of every block but the last. A constant of the format: 512 KiB keeps one request small and a 1 GB file at 2,000 blocks. */
export const BLOCK_BYTES = 512 * 1024;

export interface BlockRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Consecutive ranges that cover `sizeBytes` exactly; none for an empty file. */
export function splitIntoBlocks(sizeBytes: number, blockBytes: number = BLOCK_BYTES): BlockRange[] {
  const ranges: BlockRange[] = [];
  for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
    ranges.push({ offset, sizeBytes: Math.min(blockBytes, sizeBytes - offset) });
  }
  return ranges;
}
