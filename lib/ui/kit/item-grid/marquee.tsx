import { type PointerEvent, type RefObject, useState } from "react";
import { type GridShape, itemsInRectangle, type Rectangle } from "./shape.ts";

/** A shorter way is a click. */
const MIN_DRAG_PX = 5;
const EDGE_PX = 24;

interface Marquee {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly isMoving: boolean;
  /** Begun beside all items, where a click takes the selection away. */
  readonly isOutside: boolean;
}

export interface MarqueeActions {
  readonly body: RefObject<HTMLElement | null>;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly shape: GridShape;
  readonly onSelect: (positions: readonly number[]) => void;
  readonly onClear: () => void;
}

/** A rectangle drawn with the mouse from an empty place selects what it touches. */
export function useMarquee({ body, scroller, shape, onSelect, onClear }: MarqueeActions) {
  const [marquee, setMarquee] = useState<Marquee>();
  /** In the content's own coordinates: scrolling moves the rectangle with what it lies over. */
  const placeOf = (event: PointerEvent) => {
    const box = body.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  return {
    isDrawing: marquee !== undefined,
    rectangle: marquee?.isMoving === true ? areaOf(marquee) : undefined,
    begin: (event: PointerEvent, isOutside: boolean) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      const from = placeOf(event);
      setMarquee({ from, to: from, isMoving: false, isOutside });
    },
    handlers: {
      onPointerMove: (event: PointerEvent) => {
        if (marquee === undefined) return;
        const to = placeOf(event);
        const isFar = Math.hypot(to.x - marquee.from.x, to.y - marquee.from.y) >= MIN_DRAG_PX;
        if (!marquee.isMoving && !isFar) return;
        if (!marquee.isMoving) event.currentTarget.setPointerCapture(event.pointerId);
        const next = { ...marquee, to, isMoving: true };
        setMarquee(next);
        onSelect(itemsInRectangle(shape, body.current?.clientWidth ?? 0, areaOf(next)));
        if (scroller.current !== null) scrollAtEdge(scroller.current, event.clientY);
      },
      onPointerUp: () => {
        if (marquee?.isMoving === false && marquee.isOutside) onClear();
        setMarquee(undefined);
      },
      onPointerCancel: () => setMarquee(undefined),
    },
  };
}

export function MarqueeBox({ area }: { readonly area: Rectangle }) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute z-10 rounded-sm border border-accent bg-accent-soft/50"
      style={{
        left: area.left,
        top: area.top,
        width: area.right - area.left,
        height: area.bottom - area.top,
      }}
    />
  );
}

function areaOf({ from, to }: Marquee): Rectangle {
  return {
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    top: Math.min(from.y, to.y),
    bottom: Math.max(from.y, to.y),
  };
}

function scrollAtEdge(scroller: HTMLElement, y: number): void {
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y > bottom - EDGE_PX) scroller.scrollTop += EDGE_PX;
  else if (y < top + EDGE_PX) scroller.scrollTop -= EDGE_PX;
}
