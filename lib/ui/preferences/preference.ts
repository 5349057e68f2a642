import { useSyncExternalStore } from "react";

/** A choice kept in this browser's storage: never secret, shared by the tabs of this app. */
export interface Preference<Value extends string> {
  readonly get: () => Value | undefined;
  readonly set: (value: Value | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createPreference<Value extends string>(
  key: string,
  isValue: (stored: string | null) => stored is Value,
): Preference<Value> {
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  let unsaved: Value | undefined;
  return {
    get() {
      try {
        const stored = localStorage.getItem(key);
        return isValue(stored) ? stored : unsaved;
      } catch {
        return unsaved;
      }
    },
    set(value) {
      unsaved = value;
      try {
        if (value === undefined) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Storage may be blocked by browser settings: the choice then lasts until the tab closes.
      }
      notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      globalThis.addEventListener("storage", listener);
      return () => {
        listeners.delete(listener);
        globalThis.removeEventListener("storage", listener);
      };
    },
  };
}

export function usePreference<Value extends string>(preference: Preference<Value>): Value | undefined {
  return useSyncExternalStore(preference.subscribe, preference.get, () => undefined);
}
