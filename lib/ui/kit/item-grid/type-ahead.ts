import { useRef } from "react";
import { useLocale } from "use-intl";

/** A longer pause begins another word. */
export const TYPING_PAUSE_MS = 1_000;

/**
 * Finds by the letters typed one after another the next item whose name begins with them. The answer is its
 * position; undefined where the key is no letter, or nothing begins so.
 */
export function useTypeAhead(): (
  items: readonly { readonly name: string }[],
  from: number,
  event: { readonly key: string; readonly timeStamp: number },
) => number | undefined {
  const locale = useLocale();
  const typed = useRef({ text: "", atMs: 0 });
  return (items, from, { key, timeStamp }) => {
    const isGoingOn = timeStamp - typed.current.atMs < TYPING_PAUSE_MS && typed.current.text !== "";
    if (Array.from(key).length !== 1 || (key === " " && !isGoingOn)) return undefined;
    const text = isGoingOn ? typed.current.text + key : key;
    typed.current = { text, atMs: timeStamp };
    // The first letter again and again goes through all that begin with it.
    const isSameLetter = Array.from(text).every((letter) => letter === key);
    const wanted = isSameLetter ? key : text;
    return findByPrefix(items, wanted, wanted.length === 1 ? from + 1 : from, locale);
  };
}

export function findByPrefix(
  items: readonly { readonly name: string }[],
  prefix: string,
  from: number,
  locale: string,
): number | undefined {
  const collator = new Intl.Collator(locale, { usage: "search", sensitivity: "base" });
  const start = Math.max(0, from);
  for (let step = 0; step < items.length; step++) {
    const at = (start + step) % items.length;
    if (collator.compare(items[at]?.name.slice(0, prefix.length) ?? "", prefix) === 0) return at;
  }
  return undefined;
}
