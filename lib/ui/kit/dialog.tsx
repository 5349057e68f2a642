import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslations } from "use-intl";
import { useLayer } from "../router/layers.ts";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { ModalMark } from "./modal-count.tsx";

type DialogSize = "small" | "medium" | "large";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: DialogSize;
}

/** A modal: centred on a desktop, a sheet from below on a phone. */
export function Dialog({ title, isOpen, onClose, children, footer, size = "small" }: DialogProps) {
  const t = useTranslations("common.actions");
  useLayer(isOpen, onClose);
  return (
    <ModalOverlay
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="fixed inset-0 z-40 flex items-end justify-center bg-scrim transition-opacity duration-150 data-entering:opacity-0 data-exiting:opacity-0 sm:items-center sm:p-6"
    >
      <Modal
        className={classNames(
          "flex max-h-[92dvh] w-full flex-col overflow-hidden rounded-t-xl border border-line bg-raised shadow-raised outline-off sm:rounded-xl",
          sizes[size],
        )}
      >
        <AriaDialog className="flex min-h-0 flex-1 flex-col outline-off">
          <ModalMark />
          <header className="flex items-center gap-3 pt-4 pr-3 pb-2 pl-5">
            <Heading slot="title" className="min-w-0 grow truncate text-lg font-semibold">
              {title}
            </Heading>
            <IconButton icon="close" label={t("close")} onPress={onClose} />
          </header>
          <div className="min-h-0 grow overflow-auto px-5 pb-5">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

const sizes: Readonly<Record<DialogSize, string>> = {
  small: "sm:max-w-md",
  medium: "sm:max-w-xl",
  large: "h-[92dvh] sm:max-w-5xl",
};
