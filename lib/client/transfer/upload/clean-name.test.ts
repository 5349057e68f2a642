import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEntryName } from "#protocol/manifest/entry-name.ts";
import { cleanName } from "./clean-name.ts";

describe("names of files to upload", () => {
  it("are valid names of a folder whatever the platform had, and valid ones stay", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (raw) => {
        const name = cleanName(raw);
        expect(parseEntryName(name)).toEqual({ ok: true, value: name });
        const parsed = parseEntryName(raw);
        if (parsed.ok) expect(name).toBe(parsed.value);
      }),
    );
  });

  it.each([
    ["line\nbreak.txt", "line_break.txt"],
    ["..", "_"],
    ["  ", "_"],
    ["half \ud800 pair", "half _ pair"],
    ["CON", "CON"],
    [`${"ü".repeat(200)}.tar`, `${"ü".repeat(125)}.tar`],
  ])("%j becomes %j", (raw, name) => {
    expect(cleanName(raw)).toBe(name);
  });
});
