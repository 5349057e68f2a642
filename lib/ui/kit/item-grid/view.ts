import { type RefObject, useEffect, useState } from "react";
import { type GridShape, itemsInView, type Span } from "./shape.ts";

/** Before the element is measured. */
const FIRST_HEIGHT = 900;

/** The items that a scrolling element shows, below a head that stays in place. */
export function useItemsInView(
  scroller: RefObject<HTMLElement | null>,
  shape: GridShape,
  headHeight: number,
): Span {
  const [view, setView] = useState({ top: 0, height: FIRST_HEIGHT });
  const { lineHeight } = shape;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      // In whole lines: a scroll within one changes nothing that is rendered.
      const top = Math.floor(element.scrollTop / lineHeight) * lineHeight;
      const height = element.clientHeight - headHeight + lineHeight;
      setView((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [scroller, lineHeight, headHeight]);
  return itemsInView(shape, view.top, view.height);
}

/** Scrolls no further than it takes to show the whole line of an item. */
export function reveal(scroller: HTMLElement, shape: GridShape, headHeight: number, at: number): void {
  const top = Math.floor(at / shape.columns) * shape.lineHeight;
  const height = scroller.clientHeight - headHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + shape.lineHeight > scroller.scrollTop + height) {
    scroller.scrollTop = top + shape.lineHeight - height;
  }
}
