import { describe, expect, it } from "vitest";
import { createFasterSha256 } from "./faster-sha256.ts";

/** Two implementations that take a given time on a clock of their own, and answer with their name. */
async function chosen(costs: {
  readonly wasm: (length: number) => number;
  readonly native: (length: number) => number;
}): Promise<(length: number) => Promise<string>> {
  let time = 0;
  const hash = await createFasterSha256({
    wasm: (message) => {
      time += costs.wasm(message.length);
      return Uint8Array.of(1);
    },
    native: async (message) => {
      time += costs.native(message.length);
      return Uint8Array.of(2);
    },
    now: () => time,
  });
  return async (length) => ((await hash(new Uint8Array(length)))[0] === 1 ? "wasm" : "native");
}

const at = (callMs: number, bytesPerMs: number) => (length: number) => callMs + length / bytesPerMs;

describe("the faster SHA-256", () => {
  it("is the platform's own from the length at which its call has paid", async () => {
    // 0.05 ms of a call pay at 0.05 / (1/130,000 - 1/1,050,000) = 7,418 bytes.
    const faster = await chosen({ wasm: at(0, 130_000), native: at(0.05, 1_050_000) });
    expect(await faster(7_300)).toBe("wasm");
    expect(await faster(7_500)).toBe("native");
    expect(await faster(524_304)).toBe("native");
  });

  it("is always the one that is faster at everything", async () => {
    const native = await chosen({ wasm: at(0.1, 100_000), native: at(0.05, 1_000_000) });
    expect([await native(0), await native(1_000_000)]).toEqual(["native", "native"]);
    const wasm = await chosen({ wasm: at(0, 400_000), native: at(0.05, 300_000) });
    expect([await wasm(0), await wasm(1_000_000)]).toEqual(["wasm", "wasm"]);
  });

  it("is one of them where the clock stands still", async () => {
    const either = await chosen({ wasm: () => 0, native: () => 0 });
    expect(await either(524_304)).toBe("wasm");
  });
});
