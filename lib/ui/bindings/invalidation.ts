import type { QueryClient } from "@tanstack/react-query";
import type { EngineEvent } from "#client/engine.ts";

/** Marks the answers an event puts out of date; those on screen are asked for again at once. */
export function invalidateFor(client: QueryClient, event: EngineEvent): void {
  const queryKey = staleKey(event);
  if (queryKey !== undefined) void client.invalidateQueries({ queryKey });
}

function staleKey(event: EngineEvent): readonly string[] | undefined {
  switch (event.type) {
    case "device":
    case "workspaces":
    case "transfers":
    case "trust":
      return [event.type];
    case "folder":
      return ["folder", event.workspace];
    case "notice":
      return undefined;
  }
}
