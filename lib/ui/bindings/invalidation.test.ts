import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { EngineEvent } from "#client/engine.ts";
import { invalidateFor } from "./invalidation.ts";
import { keys } from "./keys.ts";

/** Of these answers, the ones that an event puts out of date. */
function stale(event: EngineEvent): readonly (readonly unknown[])[] {
  const client = new QueryClient();
  const known = [keys.device, keys.workspaces, keys.trust, keys.periods(null, 10), keys.folder("a1", null)];
  for (const key of known) client.setQueryData(key, "known");
  invalidateFor(client, event);
  return known.filter((key) => client.getQueryState(key)?.isInvalidated === true);
}

it("asks for the workspaces again when a check has ended, since each shows its state", () => {
  expect(stale({ type: "trust" })).toEqual([keys.workspaces, keys.trust, keys.periods(null, 10)]);
});

it("asks for nothing again but what changed", () => {
  expect(stale({ type: "folder", workspace: "a1" })).toEqual([keys.workspaces, keys.folder("a1", null)]);
  expect(stale({ type: "folder", workspace: "b2" })).toEqual([keys.workspaces]);
  expect(stale({ type: "notice", code: "serverBack", values: {} })).toEqual([]);
});
