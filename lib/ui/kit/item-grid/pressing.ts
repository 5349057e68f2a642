import { type MouseEvent, type PointerEvent, useRef } from "react";

/** How long a finger rests before it selects, and how far it may slip meanwhile. */
const LONG_PRESS_MS = 500;
const SLIP_PX = 10;

interface Press {
  readonly kind: "mouse" | "touch";
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** A press on one of several selected items may begin a drag of all of them: it selects at its end. */
  readonly wasSelected: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  isLong: boolean;
}

export interface PressActions {
  /** Nothing can be selected. */
  readonly opensAtOnce: boolean;
  readonly idOf: (target: EventTarget) => string | undefined;
  readonly isSelected: (id: string) => boolean;
  readonly hasSelection: () => boolean;
  readonly select: (id: string, keys: Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">) => void;
  readonly open: (id: string) => void;
}

/**
 * A mouse selects when it is pressed and opens by a double click. A finger opens, and selects when it rests; once
 * something is selected it selects more. A screen reader's press is a click without a pointer and does as a finger.
 */
export function usePressing(actions: PressActions) {
  const press = useRef<Press>(undefined);
  const stopTimer = () => clearTimeout(press.current?.timer);
  return {
    isTouch: () => press.current?.kind === "touch",
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        stopTimer();
        const id = actions.idOf(event.target);
        press.current = undefined;
        if (id === undefined || event.button !== 0) return;
        const kind = event.pointerType === "touch" ? "touch" : "mouse";
        const wasSelected = actions.isSelected(id);
        const now: Press = {
          ...{ kind, id, wasSelected, x: event.clientX, y: event.clientY },
          timer: undefined,
          isLong: false,
        };
        press.current = now;
        if (actions.opensAtOnce) return;
        if (kind === "touch") {
          now.timer = setTimeout(() => {
            now.isLong = true;
            actions.select(id, TOGGLING);
          }, LONG_PRESS_MS);
        } else if (!wasSelected || isModified(event)) actions.select(id, event);
      },
      onPointerMove: ({ clientX, clientY }: PointerEvent) => {
        const now = press.current;
        if (now?.timer === undefined) return;
        if (Math.hypot(clientX - now.x, clientY - now.y) > SLIP_PX) stopTimer();
      },
      onPointerUp: stopTimer,
      onPointerCancel: stopTimer,
      onClick: (event: MouseEvent) => {
        const now = press.current;
        const id = actions.idOf(event.target);
        if (id === undefined || now?.isLong === true) return;
        if (actions.opensAtOnce) actions.open(id);
        else if (now?.kind === "mouse") {
          if (now.wasSelected && now.id === id && !isModified(event)) actions.select(id, event);
        } else if (actions.hasSelection()) actions.select(id, TOGGLING);
        else actions.open(id);
      },
      onDoubleClick: (event: MouseEvent) => {
        const id = actions.idOf(event.target);
        if (id === undefined || actions.opensAtOnce || press.current?.kind !== "mouse") return;
        if (!isModified(event)) actions.open(id);
      },
    },
  };
}

const TOGGLING = { shiftKey: false, ctrlKey: true, metaKey: false };

function isModified({ shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">) {
  return shiftKey || ctrlKey || metaKey;
}
