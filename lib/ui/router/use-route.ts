import { useMemo, useSyncExternalStore } from "react";
import { formatRoute, parseRoute, type Route } from "./route.ts";

/** The route of the address bar; follows links and the back button. Browser only. */
export function useRoute(): Route {
  const fragment = useSyncExternalStore(
    subscribe,
    () => location.hash,
    () => "",
  );
  return useMemo(() => parseRoute(fragment), [fragment]);
}

export function navigate(route: Exclude<Route, { name: "notFound" }>): void {
  location.hash = formatRoute(route);
}

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener("hashchange", listener);
  return () => {
    globalThis.removeEventListener("hashchange", listener);
  };
}
