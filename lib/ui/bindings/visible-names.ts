import type {
  Entry,
  FolderListing,
  PeriodDetails,
  TransferSummary,
  WorkspaceSummary,
} from "#client/engine.ts";

/**
 * Marks that turn the order of letters around: a file called "a\u202Egpj.exe" would be read as "aexe.jpg". They are
 * shown as what they are, a character that should not be there.
 */
export function visibleName(name: string): string {
  return name.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, "\uFFFD");
}

export function withVisibleNames<T extends Named>(items: readonly T[]): readonly T[] {
  return items.some(({ name }) => visibleName(name) !== name)
    ? items.map((item) => ({ ...item, name: visibleName(item.name) }))
    : items;
}

export function listingWithVisibleNames(listing: FolderListing): FolderListing {
  return {
    ...listing,
    path: withVisibleNames(listing.path),
    entries: withVisibleNames(listing.entries),
  };
}

export function transfersWithVisibleNames(transfers: TransferSummary): TransferSummary {
  return { ...transfers, items: withVisibleNames(transfers.items) };
}

export function periodWithVisibleNames(period: PeriodDetails): PeriodDetails {
  const operations = period.operations.map((operation) => ({
    ...operation,
    workspaceName: visibleName(operation.workspaceName),
    subjects: operation.subjects.map(visibleName),
  }));
  return { ...period, operations };
}

type Named = Pick<Entry | WorkspaceSummary, "name">;
