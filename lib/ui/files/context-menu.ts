import { type MouseEvent, useState } from "react";
import type { Selection } from "../kit/item-grid/selection.ts";
import type { ContextMenuState } from "../kit/menu.tsx";

export interface ListContextMenu {
  readonly state: ContextMenuState | undefined;
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly close: () => void;
}

/**
 * The menu belongs to the selection: asking for it on an unselected entry selects that entry first. A touch
 * is left alone, because a long touch already selects.
 */
export function useContextMenu(
  selection: Selection,
  onSelectionChange: (selection: Selection) => void,
): ListContextMenu {
  const [state, setState] = useState<ContextMenuState>();
  return {
    state,
    close: () => setState(undefined),
    onContextMenu: (event) => {
      const item = event.target instanceof Element ? event.target.closest("[role=row][data-key]") : null;
      const key = item?.getAttribute("data-key");
      if (item === null || key === null || key === undefined || isTouch(event)) return;
      event.preventDefault();
      if (!selection.has(key)) onSelectionChange(new Set([key]));
      setState(place(event, item));
    },
  };
}

/** The keyboard's menu key has no pointer: the menu then opens below the entry's left edge. */
function place(event: MouseEvent, item: Element): ContextMenuState {
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY };
  const { left, bottom } = item.getBoundingClientRect();
  return { x: left + 16, y: bottom };
}

function isTouch(event: MouseEvent): boolean {
  return event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === "touch";
}
