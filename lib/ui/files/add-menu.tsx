import { useTranslations } from "use-intl";
import type { UploadSource } from "#client/engine.ts";
import type { Action } from "../kit/action.ts";
import { Button } from "../kit/button.tsx";
import { ActionMenu } from "../kit/menu.tsx";
import { useUploadPicker } from "./upload-picker.tsx";

/** Everything that adds something to this folder, behind the one prominent button. */
export function AddMenu(props: {
  readonly onUpload: (sources: readonly UploadSource[]) => void;
  readonly onNewFolder: () => void;
}) {
  const t = useTranslations("files.actions");
  const picker = useUploadPicker(props.onUpload);
  const actions: readonly Action[] = [
    { id: "upload", label: t("upload"), icon: "upload", group: "upload", run: () => picker.pick("files") },
    {
      id: "uploadFolder",
      label: t("uploadFolder"),
      icon: "folder",
      group: "upload",
      run: () => picker.pick("folder"),
    },
    {
      id: "newFolder",
      label: t("newFolder"),
      icon: "plus",
      group: "new",
      shortcut: "N",
      run: props.onNewFolder,
    },
  ];
  return (
    <>
      <ActionMenu label={t("add")} actions={actions}>
        <Button variant="primary" icon="plus">
          {t("add")}
        </Button>
      </ActionMenu>
      {picker.inputs}
    </>
  );
}
