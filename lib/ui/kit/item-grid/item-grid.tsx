import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
import { flushSync } from "react-dom";
import { classNames } from "../class-names.ts";
import { useItemCursor } from "./cursor.ts";
import { type ItemDragging, useItemDragging } from "./dragging.ts";
import { MarqueeBox, useMarquee } from "./marquee.tsx";
import { usePressing } from "./pressing.ts";
import { type Selection, select, stepOf } from "./selection.ts";
import { type GridShape, linesOf, stepByKey } from "./shape.ts";
import { useTypeAhead } from "./type-ahead.ts";
import { reveal, useItemsInView } from "./view.ts";

interface Item {
  readonly id: string;
  readonly name: string;
}

interface Selecting {
  readonly selection: Selection;
  readonly onChange: (selection: Selection) => void;
}

export interface ItemGridProps<T extends Item> {
  readonly label: string;
  readonly items: readonly T[];
  /** Undefined where items are only opened: a single press does it. */
  readonly selecting: Selecting | undefined;
  readonly onOpen: (item: T) => void;
  readonly dragging: ItemDragging | undefined;
  readonly columns: number;
  /** Height of an item and the space between two, in CSS pixels. */
  readonly itemHeight: number;
  readonly gap?: number;
  /** A row of column headings that stays in place. */
  readonly head?: { readonly height: number; readonly columnCount: number; readonly row: ReactNode };
  readonly itemClass: string;
  /** The cells of one item. What lies under `data-grip` drags; the rest of the row begins a rectangle. */
  readonly children: (item: T, isSelected: boolean) => ReactNode;
}

/**
 * Tens of thousands of items, of which only those in sight exist, as an ARIA grid whose rows take the focus: arrows,
 * Home, End, pages, the first letters, Shift and Ctrl, a rectangle, a finger. Nothing in it grows faster than the
 * number of items.
 */
export function ItemGrid<T extends Item>(props: ItemGridProps<T>) {
  const { items, selecting, columns, itemHeight, gap = 0, head } = props;
  const selection = selecting?.selection ?? NOTHING;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const shape: GridShape = { count: items.length, columns, lineHeight: itemHeight + gap };
  const headHeight = head?.height ?? 0;
  const inView = useItemsInView(scroller, shape, headHeight);
  const positions = useMemo(() => new Map(items.map(({ id }, at) => [id, at])), [items]);
  const cursor = useItemCursor(items, positions);
  const typeAhead = useTypeAhead();
  const itemOf = (id: string | undefined) => items[(id === undefined ? undefined : positions.get(id)) ?? -1];

  const idOf = (target: EventTarget) =>
    (target instanceof Element ? target.closest("[data-key]") : null)?.getAttribute("data-key") ?? undefined;
  const selectAt = (at: number, keys: Parameters<typeof stepOf>[0]) => {
    const step = stepOf(keys);
    if (step === "replace" || step === "toggle") cursor.setAnchor(at);
    cursor.move(at);
    selecting?.onChange(select(items, selection, step, { at, anchor: cursor.anchor }));
  };
  const drag = useItemDragging(props.dragging, idOf);
  const pressing = usePressing({
    opensAtOnce: selecting === undefined,
    idOf,
    isSelected: (id) => selection.has(id),
    hasSelection: () => selection.size > 0,
    select: (id, keys) => selectAt(positions.get(id) ?? 0, keys),
    open: (id) => {
      const item = itemOf(id);
      if (item !== undefined) props.onOpen(item);
    },
  });
  const marquee = useMarquee({
    body,
    scroller,
    shape,
    onSelect: (found) => selecting?.onChange(new Set(found.flatMap((at) => items[at]?.id ?? []))),
    onClear: () => {
      if (selection.size > 0) selecting?.onChange(new Set());
    },
  });

  const focusAt = (at: number) =>
    body.current?.querySelector<HTMLElement>(`[data-position="${at}"]`)?.focus({ preventScroll: true });
  /** The item exists at the latest once the cursor is on it. */
  const goTo = (at: number, act: () => void) => {
    if (scroller.current !== null) reveal(scroller.current, shape, headHeight, at);
    flushSync(() => {
      cursor.move(at);
      act();
    });
    focusAt(at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (idOf(event.target) === undefined || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const pageLines = Math.max(
      1,
      Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / shape.lineHeight) - 1,
    );
    const next = stepByKey(shape, event.key, cursor.at, pageLines);
    if (next !== undefined) {
      // Ctrl moves alone, so that what is far apart can be selected.
      const isMoveOnly = isCommand && !event.shiftKey && event.key.startsWith("Arrow");
      const keys = { shiftKey: event.shiftKey, ctrlKey: false, metaKey: false };
      goTo(next, () => {
        if (!isMoveOnly) selectAt(next, keys);
      });
    } else if (event.key === "Escape" && selection.size > 0) selecting?.onChange(new Set());
    else if (event.key === "Enter") {
      const item = items[cursor.at];
      if (item !== undefined) props.onOpen(item);
    } else if (event.key === " " && (isCommand || event.shiftKey || selection.size === 0)) {
      selectAt(cursor.at, event);
    } else {
      const found = isCommand ? undefined : typeAhead(items, cursor.at, event);
      if (found === undefined) return;
      goTo(found, () => selectAt(found, NO_KEYS));
    }
    event.preventDefault();
  };
  const { isOrphaned, at: cursorAt, move } = cursor;
  useEffect(() => {
    // The focus would otherwise fall to the top of the page with the item that had it.
    if (!isOrphaned || document.activeElement !== document.body) return;
    body.current?.querySelector<HTMLElement>(`[data-position="${cursorAt}"]`)?.focus({ preventScroll: true });
  }, [isOrphaned, cursorAt]);

  const width = `calc(${100 / columns}% - ${gap}px)`;
  const renderItem = (at: number) => {
    const item = items[at];
    if (item === undefined) return null;
    const isSelected = selection.has(item.id);
    return (
      <div
        key={item.id}
        role="row"
        tabIndex={at === cursor.at ? 0 : -1}
        data-key={item.id}
        data-position={at}
        data-selected={isSelected ? "" : undefined}
        data-dragging={drag.state.dragged.has(item.id) ? "" : undefined}
        data-drop-target={drag.state.target === item.id ? "" : undefined}
        aria-rowindex={at + (head === undefined ? 1 : 2)}
        {...(selecting !== undefined && { "aria-selected": isSelected })}
        draggable={props.dragging !== undefined}
        className={classNames("absolute", props.itemClass)}
        style={{
          top: Math.floor(at / columns) * shape.lineHeight,
          height: itemHeight,
          left: `calc(${((at % columns) * 100) / columns}% + ${gap / 2}px)`,
          width,
        }}
      >
        {props.children(item, isSelected)}
      </div>
    );
  };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      {...(selecting !== undefined && { "aria-multiselectable": true })}
      aria-rowcount={items.length + (head === undefined ? 0 : 1)}
      aria-colcount={head?.columnCount ?? 1}
      className="relative isolate h-full overflow-auto outline-off select-none"
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const at = positions.get(idOf(target) ?? "");
        if (at !== undefined) move(at);
      }}
      {...pressing.handlers}
      {...drag.handlers}
      onPointerDown={(event) => {
        pressing.handlers.onPointerDown(event);
        const isBeside = isEmptyPlace(event.target, selection) && !isOnScrollbar(event);
        if (selecting !== undefined && isBeside) marquee.begin(event, idOf(event.target) === undefined);
      }}
      onPointerMove={(event) => {
        pressing.handlers.onPointerMove(event);
        marquee.handlers.onPointerMove(event);
      }}
      onPointerUp={() => {
        pressing.handlers.onPointerUp();
        marquee.handlers.onPointerUp();
      }}
      onPointerCancel={() => {
        pressing.handlers.onPointerCancel();
        marquee.handlers.onPointerCancel();
      }}
      onDragStart={(event) => {
        const id = idOf(event.target);
        if (id === undefined || pressing.isTouch() || marquee.isDrawing) event.preventDefault();
        else drag.begin(event, selection.has(id) ? selection : new Set([id]));
      }}
    >
      {head !== undefined && (
        <div role="rowgroup" className="sticky top-0 z-20" style={{ height: head.height }}>
          {head.row}
        </div>
      )}
      <div
        ref={body}
        role="rowgroup"
        className="relative"
        style={{ height: linesOf(shape) * shape.lineHeight }}
      >
        {positionsShown(inView, cursor.at).map(renderItem)}
        {marquee.rectangle !== undefined && <MarqueeBox area={marquee.rectangle} />}
      </div>
    </div>
  );
}

const NOTHING: Selection = new Set();
const NO_KEYS = { shiftKey: false, ctrlKey: false, metaKey: false };

/** Those in sight, and the one that may have the focus: where it is not there, the focus is lost. */
function positionsShown({ first, end }: { readonly first: number; readonly end: number }, cursor: number) {
  const shown = Array.from({ length: end - first }, (_, index) => first + index);
  if (cursor < 0 || (cursor >= first && cursor < end)) return shown;
  return cursor < first ? [cursor, ...shown] : [...shown, cursor];
}

/** Between items, or in an unselected one beside what drags it. */
function isEmptyPlace(target: EventTarget, selection: Selection): boolean {
  if (!(target instanceof Element) || target.closest("[data-grip], [role=columnheader]") !== null)
    return false;
  const key = target.closest("[data-key]")?.getAttribute("data-key");
  return key === null || key === undefined || !selection.has(key);
}

function isOnScrollbar(event: {
  readonly clientX: number;
  readonly clientY: number;
  readonly currentTarget: Element;
}) {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  const { clientWidth, clientHeight } = event.currentTarget;
  return event.clientX >= left + clientWidth || event.clientY >= top + clientHeight;
}
