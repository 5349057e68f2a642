import fc from "fast-check";
import { expect, it } from "vitest";
import { concatBytes } from "#protocol/bytes/bytes.ts";
import { ownChunks } from "./own-chunks.ts";

const LARGE_BYTES = 300 * 1024;

it("gives the same bytes in buffers that nothing else looks at, large pieces as they are", async () => {
  // Several pieces in one buffer, as neighbouring small files come, and large ones in buffers of their own.
  const lengths = fc.array(fc.oneof(fc.nat(40_000), fc.constant(LARGE_BYTES)), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lengths, async (sizes) => {
      const isSmall = (size: number) => size < LARGE_BYTES;
      const shared = new Uint8Array(sizes.filter(isSmall).reduce((sum, size) => sum + size, 0)).fill(3);
      let offset = 0;
      const pieces = sizes.map((size) => {
        if (!isSmall(size)) return new Uint8Array(size).fill(7);
        offset += size;
        return shared.subarray(offset - size, offset);
      });
      const chunks: Uint8Array[] = [];
      for await (const chunk of ownChunks(
        (async function* () {
          yield* pieces;
        })(),
      )) {
        chunks.push(chunk);
      }
      expect(Buffer.compare(concatBytes(...chunks), concatBytes(...pieces))).toBe(0);
      const buffers = new Set(chunks.map(({ buffer }) => buffer));
      expect(buffers.size).toBe(chunks.length);
      expect(buffers.has(shared.buffer)).toBe(false);
      const large = pieces.filter(({ length }) => length === LARGE_BYTES);
      expect(large.every(({ buffer }) => buffers.has(buffer))).toBe(true);
    }),
    { numRuns: 30 },
  );
});
