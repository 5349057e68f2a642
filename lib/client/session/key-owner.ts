import type { Bytes } from "#protocol/bytes/bytes.ts";

/**
 * Everything of one unlock that can open or sign something. Whoever makes such a thing hands it over at once, so that
 * the lock is one act for all of them, however far the unlock had come and whoever still holds a part of it. What the
 * engine of JavaScript copied elsewhere nobody can reach.
 */
export interface KeyOwner {
  /** The same bytes: zeros from the lock on. */
  readonly keep: (key: Bytes) => Bytes;
  /** Called at the lock, and at once where that is over. */
  readonly atWipe: (forget: () => void) => void;
  readonly wipe: () => void;
}

export function createKeyOwner(): KeyOwner {
  const keys = new Set<Bytes>();
  const forgets = new Set<() => void>();
  let isWiped = false;
  return {
    keep: (key) => {
      if (isWiped) key.fill(0);
      else keys.add(key);
      return key;
    },
    atWipe: (forget) => {
      if (isWiped) forget();
      else forgets.add(forget);
    },
    wipe: () => {
      isWiped = true;
      for (const key of keys) key.fill(0);
      for (const forget of forgets) forget();
      keys.clear();
      forgets.clear();
    },
  };
}
