import { useTranslations } from "use-intl";
import type { TransferItem, TransferNote } from "#client/engine.ts";
import { visibleName } from "../bindings/visible-names.ts";
import { useErrorWords } from "../error-words.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { useByteSize } from "../kit/byte-size.ts";
import { classNames } from "../kit/class-names.ts";
import { Icon, type IconName } from "../kit/icons.tsx";
import { ProgressBar } from "../kit/progress-bar.tsx";

export function TransferRow(props: {
  readonly item: TransferItem;
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  /** Brings the folder back that is in the way, then tries again. */
  readonly onRestore: (item: TransferItem) => void;
}) {
  const t = useTranslations("files.transfers");
  const { item } = props;
  const isOver = item.state === "done" || item.state === "cancelled";
  const isStalled = item.state === "failed" || (item.state === "queued" && item.error !== null);
  return (
    <li className="flex items-center gap-3 py-2 pr-2 pl-4">
      <span className={classNames("shrink-0", tones[item.state])}>
        <Icon name={icons[item.state] ?? item.direction} className="size-4.5" />
        <span className="sr-only">{t(item.direction)}</span>
      </span>
      <div className="min-w-0 grow">
        <p className="truncate text-sm font-medium">
          <bdi>{item.name}</bdi>
        </p>
        <TransferState item={item} />
        <TransferNotes notes={item.notes ?? []} />
        {item.error?.type === "FolderInTrash" && item.error.name !== "" && (
          <div className="pt-1.5">
            <Button icon="folder" onPress={() => props.onRestore(item)}>
              {t("restoreFolder", { name: visibleName(item.error.name) })}
            </Button>
          </div>
        )}
        {item.state === "running" && (
          <div className="pt-1.5">
            <ProgressBar
              label={t("progress", { name: item.name })}
              value={item.totalBytes === 0 ? undefined : item.doneBytes / item.totalBytes}
            />
          </div>
        )}
      </div>
      {isStalled && (
        <IconButton
          size="small"
          icon="retry"
          label={t("retry", { name: item.name })}
          onPress={() => props.onRetry(item.id)}
        />
      )}
      {!isOver && item.isHandedOver !== true && (
        <IconButton
          size="small"
          icon="close"
          label={t("cancel", { name: item.name })}
          onPress={() => props.onCancel(item.id)}
        />
      )}
    </li>
  );
}

function TransferState({ item }: { readonly item: TransferItem }) {
  const t = useTranslations("files.transfers");
  const formatSize = useByteSize();
  const errorWords = useErrorWords();
  if (item.isHandedOver === true) {
    return (
      <p className="text-xs text-muted text-pretty">
        {item.error === null ? t("handedOver") : t("handedOverWaiting", { reason: errorWords(item.error) })}
      </p>
    );
  }
  if (item.state === "failed" || (item.state === "queued" && item.error !== null)) {
    return (
      <p className="text-xs text-suspect">{item.error === null ? t("cancelled") : errorWords(item.error)}</p>
    );
  }
  const words =
    item.state === "running"
      ? t("running", { sent: formatSize(item.doneBytes), total: formatSize(item.totalBytes) })
      : item.state === "done"
        ? doneWords(item)
        : t(item.state);
  return <p className="truncate text-xs text-muted tabular-nums">{words}</p>;

  function doneWords({ saved, name, newVersions = 0 }: TransferItem): string {
    if (saved !== undefined && saved.replacedVersion !== null) return t("newVersion");
    if (saved !== undefined && saved.name !== name) return t("savedAs", { name: visibleName(saved.name) });
    return newVersions > 0 ? t("newVersions", { count: newVersions }) : t("done");
  }
}

function TransferNotes(props: { readonly notes: readonly TransferNote[] }) {
  const t = useTranslations("files.transfers.notes");
  const words = props.notes.map((note) =>
    note.type === "emptyFiles" ? t("emptyFiles", { count: note.count }) : t(note.type),
  );
  return words.length > 0 && <p className="text-xs text-muted text-pretty">{words.join("; ")}</p>;
}

const icons: Readonly<Partial<Record<TransferItem["state"], IconName>>> = {
  done: "check",
  failed: "warning",
  paused: "pause",
};

const tones: Readonly<Record<TransferItem["state"], string>> = {
  queued: "text-muted",
  running: "text-accent",
  paused: "text-muted",
  done: "text-verified",
  failed: "text-suspect",
  cancelled: "text-muted",
};
