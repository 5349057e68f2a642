import { expect, it } from "vitest";
import { type SelectionStep, select, stepOf } from "./selection.ts";
import { findByPrefix } from "./type-ahead.ts";

const items = ["a", "b", "c", "d", "e"].map((id) => ({ id }));
const after = (before: readonly string[], step: SelectionStep, at: number, anchor = at) =>
  [...select(items, new Set(before), step, { at, anchor })].sort();

it("selects as file managers do", () => {
  expect(after(["a", "e"], "replace", 2)).toEqual(["c"]);
  expect(after(["a"], "toggle", 2)).toEqual(["a", "c"]);
  expect(after(["a", "c"], "toggle", 2)).toEqual(["a"]);
  expect(after(["e"], "extend", 3, 1)).toEqual(["b", "c", "d"]);
  expect(after(["e"], "extend", 1, 3)).toEqual(["b", "c", "d"]);
  expect(after(["e"], "add", 0, 1)).toEqual(["a", "b", "e"]);
});

it("reads the modifier keys, with Ctrl and ⌘ alike", () => {
  const keys = { shiftKey: false, ctrlKey: false, metaKey: false };
  expect(stepOf(keys)).toBe("replace");
  expect(stepOf({ ...keys, metaKey: true })).toBe("toggle");
  expect(stepOf({ ...keys, ctrlKey: true })).toBe("toggle");
  expect(stepOf({ ...keys, shiftKey: true })).toBe("extend");
  expect(stepOf({ ...keys, shiftKey: true, ctrlKey: true })).toBe("add");
});

it("finds the next name with these first letters, whatever their case and accents, and begins again at the end", () => {
  const names = ["Bread", "été", "Etat", "zoo"].map((name) => ({ name }));
  expect(findByPrefix(names, "e", 0, "fr")).toBe(1);
  expect(findByPrefix(names, "e", 2, "fr")).toBe(2);
  expect(findByPrefix(names, "et", 3, "fr")).toBe(1);
  expect(findByPrefix(names, "x", 0, "fr")).toBeUndefined();
});
