import type { Entry } from "#client/engine.ts";

export type SortColumn = "name" | "modified" | "size";

export interface SortOrder {
  readonly column: SortColumn;
  readonly direction: "ascending" | "descending";
}

/** Folders first whatever the order; equal ones by name, so that the list never jumps. */
export function sortEntries(entries: readonly Entry[], order: SortOrder, locale: string): readonly Entry[] {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const sign = order.direction === "ascending" ? 1 : -1;
  const byName = (a: Entry, b: Entry) =>
    firstDifference(collator.compare(a.name, b.name), compareText(a.id, b.id));
  return entries.toSorted((a, b) => {
    if (a.kind !== b.kind) return a.kind === "folder" ? -1 : 1;
    const difference = compareBy(order.column, a, b);
    return difference === undefined ? sign * byName(a, b) : firstDifference(sign * difference, byName(a, b));
  });
}

/** Undefined where names alone decide. */
function compareBy(column: SortColumn, a: Entry, b: Entry): number | undefined {
  switch (column) {
    case "name":
      return undefined;
    case "modified":
      return a.modifiedAt - b.modifiedAt;
    case "size":
      return a.sizeBytes - b.sizeBytes;
  }
}

function firstDifference(first: number, second: number): number {
  return first === 0 ? second : first;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
