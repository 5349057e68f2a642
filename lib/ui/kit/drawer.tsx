import { type ReactNode, useId } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslations } from "use-intl";
import { useLayer } from "../router/layers.ts";
import { IconButton } from "./button.tsx";
import { useMediaQuery } from "./media-query.ts";
import { ModalMark } from "./modal-count.tsx";

export interface DrawerProps {
  readonly title: string;
  /** Read instead of the title where the title alone says too little. */
  readonly label?: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Beside the content on a wide window, so that both stay usable; over it on a narrow one. */
export function Drawer(props: DrawerProps) {
  const isWide = useMediaQuery("(min-width: 64rem)");
  useLayer(props.isOpen, props.onClose);
  if (!props.isOpen) return null;
  if (isWide) {
    return (
      <aside
        aria-label={props.label ?? props.title}
        className="flex w-96 shrink-0 flex-col border-l border-line bg-surface"
      >
        <DrawerBody {...props} />
      </aside>
    );
  }
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) props.onClose();
      }}
      className="fixed inset-0 z-40 flex items-end justify-end bg-scrim sm:items-stretch"
    >
      <Modal className="flex max-h-[92dvh] w-full flex-col overflow-hidden rounded-t-xl bg-surface shadow-raised outline-off sm:max-h-none sm:w-96 sm:rounded-none">
        <AriaDialog
          aria-label={props.label ?? props.title}
          className="flex min-h-0 flex-1 flex-col outline-off"
        >
          <ModalMark />
          <DrawerBody {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function DrawerBody({ title, onClose, children }: DrawerProps) {
  const t = useTranslations("common.actions");
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-center gap-2 py-3 pr-3 pl-5">
        <h2 id={headingId} className="min-w-0 grow truncate text-base font-semibold">
          {title}
        </h2>
        <IconButton icon="close" label={t("close")} onPress={onClose} />
      </header>
      <div className="min-h-0 grow overflow-auto px-5 pb-6">{children}</div>
    </section>
  );
}
