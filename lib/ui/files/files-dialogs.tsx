import { useTranslations } from "use-intl";
import type { Entry, WorkspaceSummary } from "#client/engine.ts";
import { useFileContent } from "../bindings/queries.ts";
import { useTask } from "../bindings/task.ts";
import { useEngine } from "../engine-context.tsx";
import { GoneNotice, useGone } from "./gone.tsx";
import { MovePanel } from "./move-panel.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { PreviewDialog } from "./preview-dialog.tsx";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";

export type FilesDialog =
  | { readonly name: "newFolder" }
  | { readonly name: "rename"; readonly entry: Entry }
  | { readonly name: "move"; readonly entries: readonly Entry[] }
  | { readonly name: "preview"; readonly entry: Entry }
  | { readonly name: "shortcuts" };

interface FilesDialogsProps {
  readonly dialog: FilesDialog;
  readonly workspace: WorkspaceSummary;
  readonly folder: string | null;
  readonly onDownload: (entry: Entry) => void;
  readonly onMove: (entries: readonly Entry[], target: string | null) => void;
  readonly onClose: () => void;
}

export function FilesDialogs(props: FilesDialogsProps) {
  const { dialog } = props;
  switch (dialog.name) {
    case "newFolder":
      return <NewFolder {...props} />;
    case "rename":
      return <Rename {...props} entry={dialog.entry} />;
    case "move":
      return <MovePanel {...props} entries={dialog.entries} />;
    case "preview":
      return <Preview {...props} entry={dialog.entry} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={props.onClose} />;
  }
}

function NewFolder({ workspace, folder, onClose }: FilesDialogsProps) {
  const t = useTranslations("files.newFolder");
  const engine = useEngine();
  const task = useTask();
  return (
    <NameDialog
      {...task}
      title={t("title")}
      label={t("name")}
      submitLabel={t("submit")}
      initialName={t("initial")}
      onSubmit={(name) => task.run(() => engine.createFolder(workspace.id, folder, name), onClose)}
      onClose={onClose}
    />
  );
}

function Rename({ workspace, folder, entry, onClose }: FilesDialogsProps & { readonly entry: Entry }) {
  const t = useTranslations("files.rename");
  const engine = useEngine();
  const task = useTask();
  const gone = useGone(workspace.id, folder, [entry]);
  return (
    <NameDialog
      {...task}
      title={t("title")}
      label={t("name")}
      submitLabel={t("submit")}
      initialName={entry.name}
      notice={<GoneNotice gone={gone} />}
      isWorking={task.isWorking || gone.length > 0}
      onSubmit={(name) => {
        if (name === entry.name) onClose();
        else task.run(() => engine.rename(workspace.id, entry.id, folder, name), onClose);
      }}
      onClose={onClose}
    />
  );
}

function Preview({ workspace, entry, onDownload, onClose }: FilesDialogsProps & { readonly entry: Entry }) {
  const { data: content } = useFileContent(workspace.id, entry.id);
  return (
    <PreviewDialog
      name={entry.name}
      preview={
        content === undefined
          ? { status: "loading" }
          : content.ok
            ? { status: "ready", content: content.value }
            : { status: "failed", error: content.error }
      }
      onDownload={() => onDownload(entry)}
      onClose={onClose}
    />
  );
}
