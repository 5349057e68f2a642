import type { Entry } from "#client/engine.ts";

export type SortColumn = "name" | "modified" | "size";

export interface SortOrder {
  readonly column: SortColumn;
  readonly direction: "ascending" | "descending";
}

/**
 * By name, in the order of the language. Comparing as the language does is slow, so the names are first put into the
 * machine's own order, which is nearly the same: the second sort then has little left to do.
 */
export function sortByName(entries: readonly Entry[], locale: string): readonly Entry[] {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  return entries
    .map((entry) => ({ entry, key: roughKey(entry.name) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ entry }) => entry)
    .sort((a, b) => firstDifference(collator.compare(a.name, b.name), compareText(a.id, b.id)));
}

/** Folders first whatever the order; equal ones by name, so that the list never jumps. */
export function arrange(byName: readonly Entry[], { column, direction }: SortOrder): readonly Entry[] {
  const isAscending = direction === "ascending";
  const compare = compareBy(column);
  const arranged = (kind: Entry["kind"]) => {
    const some = byName.filter((entry) => entry.kind === kind);
    if (compare === undefined) return isAscending ? some : some.reverse();
    return some.sort(isAscending ? compare : (a, b) => compare(b, a));
  };
  return [...arranged("folder"), ...arranged("file")];
}

/** Undefined where names alone decide. */
function compareBy(column: SortColumn): ((a: Entry, b: Entry) => number) | undefined {
  switch (column) {
    case "name":
      return undefined;
    case "modified":
      return (a, b) => a.modifiedAt - b.modifiedAt;
    case "size":
      return (a, b) => a.sizeBytes - b.sizeBytes;
  }
}

function roughKey(name: string): string {
  return name.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(16, "0"));
}

function firstDifference(first: number, second: number): number {
  return first === 0 ? second : first;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
