import { useMemo } from "react";
import type { Entry } from "#client/engine.ts";
import type { ItemDragging } from "../kit/item-grid/dragging.ts";
import type { Selection } from "../kit/item-grid/selection.ts";

export interface FileListProps {
  readonly label: string;
  readonly entries: readonly Entry[];
  /** Whether what is not sent yet does not get through. */
  readonly isWaiting: boolean;
  readonly selection: Selection;
  readonly onSelectionChange: (selection: Selection) => void;
  readonly onOpen: (entry: Entry) => void;
  /** Undefined where writing is not allowed. */
  readonly onDropInto: ((ids: readonly string[], folder: string) => void) | undefined;
}

/** Dragging entries onto a folder of the same list moves them. By keyboard the same is done with "Move to…". */
export function useMoveByDragging({
  entries,
  onDropInto,
}: Pick<FileListProps, "entries" | "onDropInto">): ItemDragging | undefined {
  const folders = useMemo(
    () => new Set(entries.filter(({ kind }) => kind === "folder").map(({ id }) => id)),
    [entries],
  );
  return onDropInto && { canTake: (id) => folders.has(id), onDropInto };
}
