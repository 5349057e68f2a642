import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateStrength, MIN_PASSPHRASE_LENGTH } from "./passphrase.ts";

describe("estimateStrength", () => {
  it("calls guessable ones weak", () => {
    for (const guess of ["", "password", "aaaaaaaaaaaaaaaaaaaa", "1234567890", "hello hello hello hello"]) {
      expect([guess, estimateStrength(guess)]).toEqual([guess, "weak"]);
    }
  });

  it("prefers several unrelated words", () => {
    expect(estimateStrength("lantern gravel sonnet")).toBe("fair");
    expect(estimateStrength("lantern gravel sonnet ibis")).toBe("strong");
    expect(estimateStrength("lanterne gravier sonnet épervier")).toBe("strong");
  });

  it("never praises what the form refuses", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: MIN_PASSPHRASE_LENGTH - 1, unit: "grapheme-ascii" }), (short) => {
        expect(estimateStrength(short)).toBe("weak");
      }),
    );
  });
});
