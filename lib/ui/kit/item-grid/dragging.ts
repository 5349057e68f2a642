import { type DragEvent, useState } from "react";
import type { Selection } from "./selection.ts";

/** A type of our own: what is dragged out of the app carries no name and no id of ours. */
const DRAG_TYPE = "application/x-holdfast-entry";

/** Dragging items onto one of them. Undefined handlers' place is taken by an empty object where nothing may be moved. */
export interface ItemDragging {
  readonly canTake: (id: string) => boolean;
  readonly onDropInto: (ids: readonly string[], target: string) => void;
}

export interface DragState {
  readonly dragged: Selection;
  readonly target: string | undefined;
}

/**
 * The ids stay in this list's memory and never travel with the drag: what another tab or another program drops
 * here, it cannot name.
 */
export function useItemDragging(
  dragging: ItemDragging | undefined,
  itemAt: (target: EventTarget) => string | undefined,
) {
  const [state, setState] = useState<DragState>(nothingDragged);
  const targetOf = (event: DragEvent): string | undefined => {
    if (dragging === undefined || state.dragged.size === 0) return undefined;
    if (!event.dataTransfer.types.includes(DRAG_TYPE)) return undefined;
    const id = itemAt(event.target);
    return id !== undefined && !state.dragged.has(id) && dragging.canTake(id) ? id : undefined;
  };
  const end = () => setState(nothingDragged);
  return {
    state,
    begin: (event: DragEvent, ids: Selection) => {
      event.dataTransfer.setData(DRAG_TYPE, "1");
      event.dataTransfer.effectAllowed = "move";
      setState({ dragged: ids, target: undefined });
    },
    handlers: {
      onDragOver: (event: DragEvent) => {
        const target = targetOf(event);
        if (target !== undefined) {
          event.preventDefault();
          event.dataTransfer.dropEffect = "move";
        }
        if (target !== state.target) setState({ ...state, target });
      },
      onDrop: (event: DragEvent) => {
        const target = targetOf(event);
        if (target === undefined) return;
        event.preventDefault();
        dragging?.onDropInto([...state.dragged], target);
        end();
      },
      onDragEnd: end,
    },
  };
}

const nothingDragged: DragState = { dragged: new Set(), target: undefined };
