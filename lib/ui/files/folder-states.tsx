import { useTranslations } from "use-intl";
import type { EngineError, UploadSource } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { EmptyState, Skeleton } from "../kit/empty-state.tsx";
import { useUploadPicker } from "./upload-picker.tsx";

export function FolderLoading() {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")} className="flex flex-col gap-1 px-3 pt-2">
      {["w-56", "w-72", "w-44", "w-64", "w-52"].map((width) => (
        <span key={width} className="flex h-12 items-center gap-3">
          <Skeleton className="size-8" />
          <Skeleton className={`h-4 ${width}`} />
        </span>
      ))}
    </div>
  );
}

export function FolderEmpty({
  onUpload,
}: {
  readonly onUpload: ((sources: readonly UploadSource[]) => void) | undefined;
}) {
  const t = useTranslations("files");
  return (
    <EmptyState
      icon="folder"
      title={t("empty.title")}
      {...(onUpload !== undefined && { actions: <UploadButtons onUpload={onUpload} /> })}
    >
      {onUpload !== undefined && t("empty.hint")}
    </EmptyState>
  );
}

function UploadButtons({ onUpload }: { readonly onUpload: (sources: readonly UploadSource[]) => void }) {
  const t = useTranslations("files.actions");
  const picker = useUploadPicker(onUpload);
  return (
    <>
      <Button variant="primary" icon="upload" onPress={() => picker.pick("files")}>
        {t("upload")}
      </Button>
      <Button icon="folder" onPress={() => picker.pick("folder")}>
        {t("uploadFolder")}
      </Button>
      {picker.inputs}
    </>
  );
}

export function FolderOffline() {
  const t = useTranslations("files.offlineEmpty");
  return (
    <EmptyState icon="offline" title={t("title")}>
      {t("hint")}
    </EmptyState>
  );
}

export function FolderError({
  error,
  onRetry,
}: {
  readonly error: EngineError;
  readonly onRetry: () => void;
}) {
  const t = useTranslations("files.error");
  const tActions = useTranslations("common.actions");
  const errorWords = useErrorWords();
  return (
    <EmptyState
      role="alert"
      icon="warning"
      title={t("title")}
      actions={
        <Button icon="retry" onPress={onRetry}>
          {tActions("retry")}
        </Button>
      }
    >
      {t("hint", { reason: errorWords(error) })}
    </EmptyState>
  );
}
