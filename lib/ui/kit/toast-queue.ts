/** A short message with at most one way back. Plain data, so that any part of the app can add one. */
export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly undo: (() => void) | undefined;
}

export interface ToastQueue {
  readonly add: (message: string, undo?: () => void) => void;
  readonly remove: (id: number) => void;
  readonly current: () => readonly Toast[];
  readonly subscribe: (listener: () => void) => () => void;
}

/** More than this at once is a wall, not a message. */
const MAX_TOASTS = 3;

export function createToastQueue(): ToastQueue {
  let toasts: readonly Toast[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();
  const replace = (next: readonly Toast[]) => {
    toasts = next;
    for (const listener of listeners) listener();
  };
  return {
    add(message, undo) {
      // The same words again are not more news.
      const others = toasts.filter((toast) => toast.undo !== undefined || toast.message !== message);
      replace([...others, { id: nextId, message, undo }].slice(-MAX_TOASTS));
      nextId += 1;
    },
    remove(id) {
      replace(toasts.filter((toast) => toast.id !== id));
    },
    current: () => toasts,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
