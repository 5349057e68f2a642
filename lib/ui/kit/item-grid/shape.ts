/** Items in lines of equal height, from the top; lengths in CSS pixels. */
export interface GridShape {
  readonly count: number;
  readonly columns: number;
  /** With the gap below it. */
  readonly lineHeight: number;
}

export interface Span {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** Rendered beyond the edges, so that a quick scroll meets no empty space. */
const OVERSCAN_LINES = 8;

export function linesOf({ count, columns }: GridShape): number {
  return Math.ceil(count / columns);
}

/** The items to render for a view of the content from `top` on. */
export function itemsInView(shape: GridShape, top: number, height: number): Span {
  const firstLine = Math.max(0, Math.floor(top / shape.lineHeight) - OVERSCAN_LINES);
  const endLine = Math.max(0, Math.ceil((top + height) / shape.lineHeight) + OVERSCAN_LINES);
  const end = Math.min(shape.count, endLine * shape.columns);
  return { first: Math.min(firstLine * shape.columns, end), end };
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Positions of the items that a rectangle over content of that width touches. */
export function itemsInRectangle(shape: GridShape, width: number, area: Rectangle): readonly number[] {
  const columnWidth = width / shape.columns;
  const columnAt = (x: number) =>
    Math.min(shape.columns - 1, Math.max(0, Math.floor(x / Math.max(1, columnWidth))));
  const [firstColumn, lastColumn] = [columnAt(area.left), columnAt(area.right)];
  const firstLine = Math.max(0, Math.floor(area.top / shape.lineHeight));
  const lastLine = Math.min(linesOf(shape) - 1, Math.floor(area.bottom / shape.lineHeight));
  const found: number[] = [];
  for (let line = firstLine; line <= lastLine; line++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const at = line * shape.columns + column;
      if (at < shape.count) found.push(at);
    }
  }
  return found;
}

/** Where a key leads from an item; undefined for a key that leads nowhere. `pageLines` are the lines in sight. */
export function stepByKey(shape: GridShape, key: string, at: number, pageLines: number): number | undefined {
  const { columns, count } = shape;
  switch (key) {
    case "ArrowDown":
      return at + columns < count ? at + columns : lastBelow(shape, at);
    case "ArrowUp":
      return at - columns >= 0 ? at - columns : at;
    case "ArrowRight":
      return columns === 1 ? undefined : Math.min(count - 1, at + 1);
    case "ArrowLeft":
      return columns === 1 ? undefined : Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "PageDown":
      return Math.min(count - 1, at + pageLines * columns);
    case "PageUp":
      return Math.max(0, at - pageLines * columns);
    default:
      return undefined;
  }
}

/** A last line may be shorter than the one above it. */
function lastBelow({ columns, count }: GridShape, at: number): number {
  const isInLastLine = Math.floor(at / columns) === Math.floor((count - 1) / columns);
  return isInLastLine ? at : count - 1;
}
