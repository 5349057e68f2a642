import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { EventHub, LogGrown } from "../ports.ts";

export type HubEvent =
  | ({ readonly type: "grown" } & LogGrown)
  | { readonly type: "sealed"; readonly epoch: number };

/** Events after some place, or the news that the buffer does not reach back that far. */
type Missed =
  | { readonly type: "events"; readonly events: readonly HubEvent[]; readonly place: number }
  | { readonly type: "lost"; readonly place: number };

/** A bounded buffer of what happened, from which every stream reads at its own pace. */
export interface ReadableEventHub extends EventHub {
  readonly publishSealed: (epoch: number) => void;
  /** Place after the newest event. */
  readonly place: () => number;
  readonly since: (place: number) => Missed;
  /** `wake` is called after each event until the returned function is. */
  readonly onEvent: (wake: () => void) => () => void;
  /** Text of a place for `id:` lines; it means something to this process only. */
  readonly idOf: (place: number) => string;
  /** The place that `idOf` wrote; undefined for any other text, also another process's. */
  readonly placeOf: (id: string) => number | undefined;
}

/** `runId` tells this process's ids from those of an earlier one. */
export function createEventHub(options: {
  readonly runId: string;
  readonly capacity?: number;
}): ReadableEventHub {
  const { runId, capacity = DEFAULT_CAPACITY } = options;
  const buffer: HubEvent[] = [];
  const wakers = new Set<() => void>();
  let published = 0;

  const add = (event: HubEvent): void => {
    buffer[published % capacity] = event;
    published++;
    for (const wake of wakers) wake();
  };

  return {
    publish: (grown) => add({ type: "grown", ...grown }),
    publishSealed: (epoch) => add({ type: "sealed", epoch }),
    place: () => published,
    since: (place) => {
      if (published - place > capacity) return { type: "lost", place: published };
      const events: HubEvent[] = [];
      for (let at = place; at < published; at++) {
        const event = buffer[at % capacity];
        if (event) events.push(event);
      }
      return { type: "events", events, place: published };
    },
    onEvent: (wake) => {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
    idOf: (place) => `${runId}.${place}`,
    placeOf: (id) => {
      const separator = id.lastIndexOf(".");
      const place = /^(?:0|[1-9][0-9]{0,14})$/.test(id.slice(separator + 1))
        ? Number(id.slice(separator + 1))
        : -1;
      return id.slice(0, separator) === runId && place >= 0 && place <= published ? place : undefined;
    },
  };
}

/** A minute of a busy deployment; a device that was away longer asks for heads anyway. */
const DEFAULT_CAPACITY = 8192;

/** Of each log only the newest size, and only the newest epoch: the rest says nothing more. */
export function newestOnly(events: readonly HubEvent[], keyOf: (log: Bytes) => string): readonly HubEvent[] {
  const newest = new Map<string, HubEvent>();
  for (const event of events) {
    const key = event.type === "grown" ? keyOf(event.log) : "sealed";
    newest.delete(key);
    newest.set(key, event);
  }
  return [...newest.values()];
}
