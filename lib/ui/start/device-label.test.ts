import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suggestDeviceLabel } from "./device-label.ts";

describe("suggestDeviceLabel", () => {
  it("names the browser and the system", () => {
    const chrome =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    expect(suggestDeviceLabel(chrome)).toBe("Chrome · Linux");
    expect(suggestDeviceLabel(`${chrome} Edg/156.0`)).toBe("Edge · Linux");
    expect(
      suggestDeviceLabel("Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20 Safari/605"),
    ).toBe("Safari · iPhone");
  });

  it("says nothing about what it does not know", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("x", "y", " ") }), (unknown) => {
        expect(suggestDeviceLabel(unknown)).toBe("");
      }),
    );
  });
});
