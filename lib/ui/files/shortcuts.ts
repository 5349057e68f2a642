import { useEffect, useRef } from "react";
import { TYPING_PAUSE_MS } from "../kit/item-grid/type-ahead.ts";

/**
 * Shortcuts of a screen, by `event.key`; "Mod+" before it where Ctrl or ⌘ is held as well. They keep silent while
 * someone types, or while a dialog or menu is open. They come before the list's own type-ahead, but not into the
 * middle of a name that is being typed.
 */
export function useShortcuts(handlers: Readonly<Record<string, () => void>>): void {
  const current = useRef(handlers);
  const typedAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    current.current = handlers;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || isBusy(event.target)) return;
      const isCommand = event.ctrlKey || event.metaKey;
      const handler = current.current[`${isCommand ? "Mod+" : ""}${event.key}`];
      const isLetter = event.key.length === 1 && !isCommand;
      const isMidWord = isLetter && event.timeStamp - typedAtMs.current < TYPING_PAUSE_MS;
      if (handler === undefined || isMidWord) {
        if (isLetter) typedAtMs.current = event.timeStamp;
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      handler();
    };
    document.addEventListener("keydown", onKeyDown, { capture: true });
    return () => document.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null
  );
}
