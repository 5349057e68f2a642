import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { DeviceState } from "#client/engine.ts";
import { keys } from "./keys.ts";

/**
 * What stood on the screens of an unlocked device does not stay in the page's memory when it locks, and "this device
 * is locked" is no answer any more once it is unlocked.
 */
export function useForgettingWhenLocked(phase: DeviceState["phase"] | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (phase === "unlocked") return;
    client.removeQueries({ predicate: ({ queryKey }) => queryKey !== keys.device });
  }, [client, phase]);
}
