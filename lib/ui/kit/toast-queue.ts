/** A short message with at most two ways on. Plain data, so that any part of the app can add one. */
export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly actions: readonly ToastAction[];
  /** A later one of the same topic takes its place. */
  readonly topic: string | undefined;
}

interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface ToastQueue {
  readonly add: (message: string, actions?: readonly ToastAction[], topic?: string) => void;
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
    add(message, actions = [], topic) {
      // The same words again are not more news.
      const isOld = (toast: Toast) =>
        topic === undefined ? toast.actions.length === 0 && toast.message === message : toast.topic === topic;
      const others = toasts.filter((toast) => !isOld(toast));
      replace([...others, { id: nextId, message, actions, topic }].slice(-MAX_TOASTS));
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
