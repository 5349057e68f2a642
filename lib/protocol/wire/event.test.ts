import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeServerEvent, parseServerEvent, type ServerEvent } from "./event.ts";

const anyEvent: fc.Arbitrary<ServerEvent> = fc.oneof(
  fc.record({
    type: fc.constant("grown" as const),
    log: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    size: fc.maxSafeNat(),
  }),
  fc.record({ type: fc.constant("sealed" as const), epoch: fc.maxSafeNat() }),
  fc.constant({ type: "refresh" as const }),
);

describe("server events", () => {
  it("read back as they were written", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(parseServerEvent(encodeServerEvent(event))).toEqual({ ok: true, value: event });
      }),
    );
  });

  it("never throw on garbage", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (data) => {
        const parsed = parseServerEvent(data);
        if (parsed.ok) expect(encodeServerEvent(parsed.value)).toBe(data);
      }),
    );
  });

  it("refuse other spellings", () => {
    const log = "ab".repeat(32);
    for (const data of [
      "",
      "grown",
      `grown ${log} 01`,
      `grown ${log} -1`,
      `grown ${log.toUpperCase()} 1`,
      "sealed 1 ",
    ])
      expect(parseServerEvent(data).ok, data).toBe(false);
  });
});
