import type { QueryClient } from "@tanstack/react-query";
import type { EngineEvent } from "#client/engine.ts";

/** Marks the answers an event puts out of date; those on screen are asked for again at once. */
export function invalidateFor(client: QueryClient, event: EngineEvent): void {
  for (const queryKey of staleKeys(event)) void client.invalidateQueries({ queryKey });
}

function staleKeys(event: EngineEvent): readonly (readonly string[])[] {
  switch (event.type) {
    case "device":
    case "workspaces":
    case "transfers":
      return [[event.type]];
    case "trust":
      // Each workspace shows how far it was checked.
      return [["trust"], ["workspaces"]];
    case "folder":
      // Each workspace tells whether something of it waits to be sent.
      return [["folder", event.workspace], ["workspaces"]];
    case "notice":
      return [];
  }
}
