/** Bytes that may be held at once, in all and for each holder. */
export interface ByteBudget {
  /** False, and nothing taken, where there is no room. */
  readonly take: (holder: string, bytes: number) => boolean;
  readonly give: (holder: string, bytes: number) => void;
  readonly held: () => number;
}

export function createByteBudget(limits: { readonly total: number; readonly perHolder: number }): ByteBudget {
  const heldBy = new Map<string, number>();
  let held = 0;
  return {
    take: (holder, bytes) => {
      const own = (heldBy.get(holder) ?? 0) + bytes;
      if (own > limits.perHolder || held + bytes > limits.total) return false;
      heldBy.set(holder, own);
      held += bytes;
      return true;
    },
    give: (holder, bytes) => {
      const own = (heldBy.get(holder) ?? 0) - bytes;
      if (own > 0) heldBy.set(holder, own);
      else heldBy.delete(holder);
      held -= bytes;
    },
    held: () => held,
  };
}
