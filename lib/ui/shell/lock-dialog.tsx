import { useTranslations } from "use-intl";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";

/** Before a lock that ends transfers for good. */
export function LockDialog(props: {
  /** How many. */
  readonly transfers: number;
  readonly onLock: () => void;
  readonly onClose: () => void;
}) {
  const t = useTranslations("shell.lockQuestion");
  return (
    <Dialog
      isOpen
      title={t("title")}
      onClose={props.onClose}
      footer={
        <>
          <Button variant="quiet" onPress={props.onLock}>
            {t("lock")}
          </Button>
          <Button variant="primary" onPress={props.onClose}>
            {t("stay")}
          </Button>
        </>
      }
    >
      <p>{t("detail", { count: props.transfers })}</p>
    </Dialog>
  );
}
