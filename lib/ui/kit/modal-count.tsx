import { useEffect, useSyncExternalStore } from "react";

let openModals = 0;
const listeners = new Set<() => void>();

/** Stands inside every modal, so that what must not lie over one knows of it. */
export function ModalMark() {
  useEffect(() => {
    change(1);
    return () => change(-1);
  }, []);
  return null;
}

export function useIsModalOpen(): boolean {
  return useSyncExternalStore(subscribe, isModalOpen, isModalOpen);
}

function change(by: 1 | -1): void {
  openModals += by;
  for (const listener of listeners) listener();
}

function isModalOpen(): boolean {
  return openModals > 0;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
