import { useTranslations } from "use-intl";
import type { EngineError, FileContent } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { ProgressBar } from "../kit/progress-bar.tsx";
import { kindOfFile } from "./file-kind.ts";
import { PreviewFrame } from "./preview-frame.tsx";

type PreviewState =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly error: EngineError }
  | { readonly status: "ready"; readonly content: FileContent };

export interface PreviewDialogProps {
  readonly name: string;
  readonly preview: PreviewState;
  readonly onDownload: () => void;
  readonly onClose: () => void;
}

export function PreviewDialog(props: PreviewDialogProps) {
  const tActions = useTranslations("files.actions");
  return (
    <Dialog
      isOpen
      size="large"
      title={props.name}
      onClose={props.onClose}
      footer={
        <Button icon="download" onPress={props.onDownload}>
          {tActions("download")}
        </Button>
      }
    >
      <div className="relative flex h-full flex-col overflow-hidden rounded-lg border border-line bg-canvas">
        <PreviewBody {...props} />
      </div>
    </Dialog>
  );
}

function PreviewBody({ name, preview, onClose }: PreviewDialogProps) {
  const t = useTranslations("files.preview");
  const errorWords = useErrorWords();
  switch (preview.status) {
    case "loading":
      return (
        <div className="m-auto flex w-56 flex-col gap-3 text-center text-sm text-muted" role="status">
          {t("loading")}
          <ProgressBar label={t("loading")} value={undefined} />
        </div>
      );
    case "failed":
      return (
        <EmptyState role="alert" icon="warning" title={t("failed")}>
          {errorWords(preview.error)}
        </EmptyState>
      );
    case "ready": {
      const { family } = kindOfFile(name, preview.content.mimeHint);
      if (family === "other") return <EmptyState icon="file" title={t("unsupported")} />;
      return (
        <PreviewFrame
          title={t("title", { name })}
          family={family}
          bytes={preview.content.bytes}
          onLeave={onClose}
        />
      );
    }
  }
}
