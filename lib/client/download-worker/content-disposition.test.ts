import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attachmentNamed } from "./content-disposition.ts";

describe("the name of a download", () => {
  it("comes back whatever it holds, and stays one header value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const header = attachmentNamed(name);
        expect(header).toMatch(/^attachment; filename\*=UTF-8''[\x21-\x7e]*$/);
        expect(header).not.toMatch(/[;"\r\n].*[;"\r\n]/);
        expect(decodeURIComponent(header.slice("attachment; filename*=UTF-8''".length))).toBe(name);
      }),
    );
  });
});
