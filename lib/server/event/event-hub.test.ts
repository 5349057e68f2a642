import { describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { createEventHub, newestOnly } from "./event-hub.ts";

const organization = new Uint8Array(32).fill(1);
const logOf = (n: number) => new Uint8Array(32).fill(n);
const grown = (n: number, size: number) => ({ organization, log: logOf(n), size });

describe("event hub", () => {
  it("gives every event after a place, in order", () => {
    const hub = createEventHub({ runId: "r" });
    hub.publish(grown(2, 5));
    const place = hub.place();
    hub.publish(grown(3, 7));
    hub.publishSealed(4);
    const missed = hub.since(place);
    expect(missed.type === "events" && missed.events.map((event) => event.type)).toEqual(["grown", "sealed"]);
    expect(hub.since(hub.place())).toEqual({ type: "events", events: [], place: 3 });
  });

  it("says so when the buffer does not reach back", () => {
    const hub = createEventHub({ runId: "r", capacity: 3 });
    for (let size = 1; size <= 4; size++) hub.publish(grown(2, size));
    expect(hub.since(0)).toEqual({ type: "lost", place: 4 });
    const rest = hub.since(1);
    expect(rest.type === "events" && rest.events).toHaveLength(3);
  });

  it("knows its own ids and no others", () => {
    const hub = createEventHub({ runId: "run" });
    hub.publishSealed(1);
    expect(hub.placeOf(hub.idOf(1))).toBe(1);
    for (const id of ["", "1", "run.2", "run.-1", "run.01", "old.1", "run.1.1", "run.9007199254740993"])
      expect(hub.placeOf(id), id).toBeUndefined();
  });

  it("keeps of each log the newest size", () => {
    const events = [grown(2, 1), grown(3, 1), grown(2, 2)].map((event) => ({
      type: "grown" as const,
      ...event,
    }));
    expect(
      newestOnly(events, toHex).map((event) => event.type === "grown" && [event.log[0], event.size]),
    ).toEqual([
      [3, 1],
      [2, 2],
    ]);
  });
});
