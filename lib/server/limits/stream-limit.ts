/** How many long-lived answers may be open at once, in all and for each holder. */
export interface StreamLimit {
  /** Undefined when there are too many; else the function that gives the place back (calling it again does nothing). */
  readonly acquire: (holder: string) => (() => void) | undefined;
  readonly open: () => number;
}

export function createStreamLimit(limits: {
  readonly total: number;
  readonly perHolder: number;
}): StreamLimit {
  const held = new Map<string, number>();
  let total = 0;
  return {
    acquire: (holder) => {
      const count = held.get(holder) ?? 0;
      if (total >= limits.total || count >= limits.perHolder) return undefined;
      held.set(holder, count + 1);
      total++;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        total--;
        const left = (held.get(holder) ?? 1) - 1;
        if (left > 0) held.set(holder, left);
        else held.delete(holder);
      };
    },
    open: () => total,
  };
}
