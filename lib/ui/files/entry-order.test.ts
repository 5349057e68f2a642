import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "#client/engine.ts";
import { arrange, type SortOrder, sortByName } from "./entry-order.ts";

const entry = (name: string, rest: Partial<Entry> = {}): Entry => ({
  id: name,
  name,
  kind: "file",
  sizeBytes: 1,
  modifiedAt: 0,
  mimeHint: null,
  state: "verified",
  ...rest,
});
const sortEntries = (entries: readonly Entry[], order: SortOrder, locale: string) =>
  arrange(sortByName(entries, locale), order);
const names = (entries: readonly Entry[]) => entries.map(({ name }) => name);
const byName: SortOrder = { column: "name", direction: "ascending" };

describe("the order of entries", () => {
  it("counts numbers in names, ignores case and keeps accents near their letter", () => {
    const entries = ["scan 10", "Scan 2", "été", "Etat", "zoo"].map((name) => entry(name));
    expect(names(sortEntries(entries, byName, "fr"))).toEqual(["Etat", "été", "Scan 2", "scan 10", "zoo"]);
  });

  it("keeps folders first in both directions", () => {
    const entries = [entry("b"), entry("a", { kind: "folder" }), entry("c")];
    expect(names(sortEntries(entries, { ...byName, direction: "descending" }, "en"))).toEqual([
      "a",
      "c",
      "b",
    ]);
  });

  it("orders by size and by date, names breaking ties", () => {
    const entries = [
      entry("b", { sizeBytes: 5 }),
      entry("a", { sizeBytes: 5 }),
      entry("c", { modifiedAt: 9 }),
    ];
    expect(names(sortEntries(entries, { column: "size", direction: "descending" }, "en"))).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(names(sortEntries(entries, { column: "modified", direction: "descending" }, "en"))).toEqual([
      "c",
      "a",
      "b",
    ]);
  });

  it("gives one order whatever the order of arrival", () => {
    const arbitrary = fc.uniqueArray(
      fc.record({
        name: fc.string(),
        id: fc.uuid(),
        sizeBytes: fc.nat(3),
        kind: fc.constantFrom("file", "folder"),
      }),
      { selector: ({ id }) => id },
    );
    const columns = fc.constantFrom("name", "modified", "size");
    const directions = fc.constantFrom("ascending", "descending");
    fc.assert(
      fc.property(arbitrary, columns, directions, (records, column, direction) => {
        const entries = records.map((record) => entry(record.name, record));
        const ids = (list: readonly Entry[]) =>
          sortEntries(list, { column, direction }, "en").map(({ id }) => id);
        expect(ids(entries.toReversed())).toEqual(ids(entries));
      }),
    );
  });
});
