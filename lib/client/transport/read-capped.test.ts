import fc from "fast-check";
import { expect, it } from "vitest";
import { concatBytes } from "#protocol/bytes/bytes.ts";
import { DEFAULT_PACE, readCapped } from "./read-capped.ts";

const MAX_BYTES = 60;

it("gives the bytes that arrived, whatever length was announced, up to the cap", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 }),
      fc.option(fc.nat(100), { nil: undefined }),
      async (chunks, announcedBytes) => {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            for (const chunk of chunks) controller.enqueue(chunk);
            controller.close();
          },
        });
        const whole = concatBytes(...chunks);
        const read = await readCapped(body, MAX_BYTES, DEFAULT_PACE, Date.now, announcedBytes);
        expect(read).toEqual(
          whole.length > MAX_BYTES
            ? { ok: false, error: { type: "BodyTooLarge" } }
            : { ok: true, value: whole },
        );
      },
    ),
  );
});
