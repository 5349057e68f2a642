import { useEffect, useRef } from "react";

/**
 * What lies over a screen: a dialog, a drawer, a menu, on a phone a selection. Each open one has an entry of its own
 * in the browser's history, with the address of the screen: so "back" closes the topmost one and leaves the screen
 * where it is, "forward" reopens nothing, and any way to another address closes them all.
 */
interface Layer {
  readonly close: () => void;
}

/** Kept in `history.state`. An entry without it was made by a link. */
interface Mark {
  /** How many layers are open at this entry. */
  readonly layers: number;
  /** Its place among the entries: tells back from forward. */
  readonly place: number;
}

export interface LayerStack {
  /** Returns the function that takes it away again. */
  readonly open: (close: () => void) => () => void;
  /** Begins to listen; returns the function that ends it. */
  readonly watch: () => () => void;
}

type PopStateListening = (
  type: "popstate",
  listener: (event: Event) => void,
  options: { readonly capture: true },
) => void;

/** What of `window` this needs. */
interface HistoryWindow {
  readonly addEventListener: PopStateListening;
  readonly removeEventListener: PopStateListening;
  readonly history: Pick<History, "state" | "go" | "pushState" | "replaceState">;
}

export function createLayerStack(view: HistoryWindow, soon = queueMicrotask): LayerStack {
  const { history } = view;
  let layers: readonly Layer[] = [];
  let here = readMark(history.state) ?? { layers: 0, place: 0 };
  let furthest = here.place;
  /** A step that was asked for here and has not been taken yet. */
  let isTravelling = false;
  let isPlanned = false;

  const travel = (by: number) => {
    isTravelling = true;
    history.go(by);
  };
  /** History has as many entries over the screen's own as layers are open. */
  const settle = () => {
    isPlanned = false;
    if (isTravelling) return;
    if (here.layers > layers.length) travel(layers.length - here.layers);
    while (here.layers < layers.length) {
      here = { layers: here.layers + 1, place: here.place + 1 };
      furthest = here.place;
      history.pushState(here, "");
    }
  };
  // One that closes while another opens leaves history alone.
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    soon(settle);
  };
  const closeDownTo = (count: number) => {
    const closed = layers.slice(count);
    layers = layers.slice(0, count);
    for (const { close } of closed.toReversed()) close();
  };
  const onPopState = (event: Event) => {
    // Next's router listens too and reloads the page at an entry that it did not make. All addresses here are ours.
    event.stopImmediatePropagation();
    const before = here;
    const mark = readMark(history.state);
    here = mark ?? { layers: 0, place: before.place + 1 };
    if (mark === undefined) {
      furthest = here.place;
      history.replaceState(here, "");
    }
    if (isTravelling) {
      isTravelling = false;
      plan();
      return;
    }
    if (here.layers <= layers.length) closeDownTo(here.layers);
    // Nothing is open at this entry any more: on in the same direction, where there is one.
    else travel(here.place > before.place && here.place < furthest ? 1 : -1);
  };

  return {
    open: (close) => {
      const layer = { close };
      layers = [...layers, layer];
      plan();
      return () => {
        layers = layers.filter((other) => other !== layer);
        plan();
      };
    },
    watch: () => {
      view.addEventListener("popstate", onPopState, { capture: true });
      history.replaceState(Object.assign({}, history.state, here), "");
      // After a reload nothing is open.
      plan();
      return () => view.removeEventListener("popstate", onPopState, { capture: true });
    },
  };
}

function readMark(state: unknown): Mark | undefined {
  if (typeof state !== "object" || state === null) return undefined;
  const layers: unknown = Reflect.get(state, "layers");
  const place: unknown = Reflect.get(state, "place");
  return typeof layers === "number" && typeof place === "number" ? { layers, place } : undefined;
}

let stack: LayerStack | undefined;

/** The one of this page. */
export function pageLayers(): LayerStack {
  stack ??= createLayerStack(window);
  return stack;
}

/** Makes "back" close what is open; `onClose` is called when it does. */
export function useLayer(isOpen: boolean, onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => (isOpen ? pageLayers().open(() => close.current()) : undefined), [isOpen]);
}
