import { useState } from "react";
import { useTranslations } from "use-intl";
import type { WorkspaceSummary } from "#client/engine.ts";
import { useSetAsideEdits } from "../bindings/queries.ts";
import { useTask } from "../bindings/task.ts";
import { useEngine } from "../engine-context.tsx";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { SetAsideDialog } from "./set-aside-dialog.tsx";

/** Stands above a workspace as long as something of it cannot be sent, and leads to what that is. */
export function SetAsideNotice({ workspace }: { readonly workspace: WorkspaceSummary }) {
  const t = useTranslations("files.setAside");
  const [isOpen, setOpen] = useState(false);
  if (workspace.setAsideEdits === 0) return isOpen && <Panel workspace={workspace} onClose={close} />;
  return (
    <>
      <Banner
        tone="attention"
        icon="warning"
        role="status"
        action={<Button onPress={() => setOpen(true)}>{t("show")}</Button>}
      >
        {t("banner", { count: workspace.setAsideEdits })}
      </Banner>
      {isOpen && <Panel workspace={workspace} onClose={close} />}
    </>
  );

  function close() {
    setOpen(false);
  }
}

function Panel(props: { readonly workspace: WorkspaceSummary; readonly onClose: () => void }) {
  const { id, setAsideEdits } = props.workspace;
  const engine = useEngine();
  const task = useTask();
  const { data: edits } = useSetAsideEdits(id, setAsideEdits);
  return (
    <SetAsideDialog
      edits={edits?.ok === true ? edits.value : undefined}
      error={task.error ?? (edits?.ok === false ? edits.error : undefined)}
      isWorking={task.isWorking}
      onSave={(edit) => task.run(() => engine.saveSetAside(id, edit))}
      onGiveUp={(edit) => task.run(() => engine.giveUpSetAside(id, edit))}
      onClose={props.onClose}
    />
  );
}
