import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/text.ts";
import { freeName, MAX_NAME_BYTES, parseEntryName } from "./entry-name.ts";

describe("names of entries", () => {
  it.each(["report.pdf", "CON", "aux.txt", "💾", "\u202eexe.fdp", " spaced ", ".hidden", "a..b"])(
    "keeps %j",
    (name) => {
      expect(parseEntryName(name)).toEqual({ ok: true, value: name });
    },
  );

  it.each([
    ["", "NameEmpty"],
    ["  ", "NameEmpty"],
    [".", "NameIsDots"],
    ["..", "NameIsDots"],
    ["a/b", "NameHasSeparator"],
    ["a\0b", "NameHasControl"],
    ["a\nb", "NameHasControl"],
    ["\ud800", "NameHasControl"],
    ["é".repeat(128), "NameTooLong"],
  ])("refuses %j as %s", (name, type) => {
    expect(parseEntryName(name)).toMatchObject({ ok: false, error: { type } });
  });

  it("writes one name in one way", () => {
    expect(parseEntryName("e\u0301")).toEqual({ ok: true, value: "\u00e9" });
  });

  it("finds a free name that is still a name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 255 }), (text) => {
        const parsed = parseEntryName(text);
        fc.pre(parsed.ok);
        const taken = new Set([parsed.value]);
        const free = freeName(parsed.value, (name) => taken.has(name));
        expect(free).not.toBe(parsed.value);
        expect(encodeUtf8(free).length).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(parseEntryName(free).ok).toBe(true);
      }),
    );
  });

  it("counts up behind the stem", () => {
    const taken = new Set(["a.tar.gz", "a.tar (2).gz"]);
    expect(freeName("a.tar.gz", (name) => taken.has(name))).toBe("a.tar (3).gz");
    expect(freeName(".env", (name) => name === ".env")).toBe(".env (2)");
  });
});
