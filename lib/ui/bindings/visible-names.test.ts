import { expect, it } from "vitest";
import { visibleName, withVisibleNames } from "./visible-names.ts";

it("shows marks that would turn the order of letters around", () => {
  expect(visibleName("a\u202Egpj.exe")).toBe("a\uFFFDgpj.exe");
  expect(visibleName("\u2066x\u2069")).toBe("\uFFFDx\uFFFD");
});

it("leaves letters of every script, joined emoji and plain marks alone", () => {
  for (const name of ["חוזה סופי.txt", "عقد نهائي.txt", "👩\u200D⚖️.txt", "a\u200Fb"]) {
    expect(visibleName(name)).toBe(name);
  }
});

it("hands back the same list where nothing has to change", () => {
  const names = [{ name: "offer.txt" }];
  expect(withVisibleNames(names)).toBe(names);
  expect(withVisibleNames([...names, { name: "\u202Eb" }])).toEqual([
    { name: "offer.txt" },
    { name: "\uFFFDb" },
  ]);
});
