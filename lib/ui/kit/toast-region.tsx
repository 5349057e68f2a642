import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { Button, IconButton } from "./button.tsx";
import { useIsModalOpen } from "./modal-count.tsx";
import type { Toast, ToastQueue } from "./toast-queue.ts";

/** Long enough to read and to reach what it offers; the clock stops while the pointer or the focus is inside. */
const TOAST_TIMEOUT_MS = 8_000;

/** What is said while a modal is open waits until it is closed: it could not be reached before. */
export function ToastRegion({ queue }: { readonly queue: ToastQueue }) {
  const t = useTranslations("common");
  const toasts = useSyncExternalStore(queue.subscribe, queue.current, queue.current);
  const isModalOpen = useIsModalOpen();
  const [isHeld, setHeld] = useState(false);
  const hold = () => {
    setHeld(true);
  };
  const release = () => {
    setHeld(false);
  };
  return (
    <section
      aria-label={t("toasts")}
      aria-live="polite"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      className="flex w-full flex-col gap-2 sm:w-96"
    >
      {(isModalOpen ? [] : toasts).map((toast) => (
        <ToastItem
          key={toast.id}
          toast={toast}
          isHeld={isHeld}
          onClose={() => {
            queue.remove(toast.id);
            // What is gone does not tell that pointer and focus have left it.
            release();
          }}
        />
      ))}
    </section>
  );
}

function ToastItem({
  toast,
  isHeld,
  onClose,
}: {
  readonly toast: Toast;
  readonly isHeld: boolean;
  readonly onClose: () => void;
}) {
  const t = useTranslations("common.actions");
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => {
      close.current();
    }, TOAST_TIMEOUT_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isHeld]);
  return (
    <div className="pointer-events-auto flex w-full flex-wrap items-center justify-end gap-x-1 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-raised">
      <p className="min-w-40 grow basis-0 py-1 [overflow-wrap:anywhere]">{toast.message}</p>
      {toast.actions.map(({ label, run }) => (
        <Button
          key={label}
          variant="quiet"
          onPress={() => {
            run();
            onClose();
          }}
        >
          {label}
        </Button>
      ))}
      <IconButton size="small" icon="close" label={t("dismiss")} onPress={onClose} />
    </div>
  );
}
