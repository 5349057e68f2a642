import { useState } from "react";

interface Cursor {
  readonly id: string;
  /** Where it stood last: one that has gone leaves the place to its neighbour. */
  readonly at: number;
}

export interface ItemCursor {
  /** Position of the item that the keyboard acts on; the only one that Tab reaches. -1 in an empty list. */
  readonly at: number;
  /** Where a range begins. */
  readonly anchor: number;
  /** The item under the cursor has gone. */
  readonly isOrphaned: boolean;
  readonly move: (at: number) => void;
  readonly setAnchor: (at: number) => void;
}

export function useItemCursor(
  items: readonly { readonly id: string }[],
  positions: ReadonlyMap<string, number>,
): ItemCursor {
  const [cursor, setCursor] = useState<Cursor>();
  const [anchorId, setAnchorId] = useState<string>();
  const known = cursor && positions.get(cursor.id);
  const at = known ?? Math.min(cursor?.at ?? 0, items.length - 1);
  return {
    at,
    anchor: (anchorId === undefined ? undefined : positions.get(anchorId)) ?? at,
    isOrphaned: cursor !== undefined && known === undefined,
    move: (next) => {
      const item = items[next];
      if (item !== undefined && (item.id !== cursor?.id || next !== cursor.at)) {
        setCursor({ id: item.id, at: next });
      }
    },
    setAnchor: (next) => setAnchorId(items[next]?.id),
  };
}
