import { useState } from "react";
import { useTranslations } from "use-intl";
import type { TransferItem, TransferSummary } from "#client/engine.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { useByteSize } from "../kit/byte-size.ts";
import { ProgressBar } from "../kit/progress-bar.tsx";
import { addSample, type ProgressSample, secondsLeft } from "./time-left.ts";
import { TransferRow } from "./transfer-row.tsx";

export interface TransferTrayProps {
  /** Whether the list of transfers is shown before anybody asked for it. */
  readonly isOpenAtFirst: boolean;
  readonly transfers: TransferSummary;
  /** When the summary was made. */
  readonly asOfMs: number;
  readonly onPauseAll: () => void;
  readonly onResumeAll: () => void;
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onRestore: (item: TransferItem) => void;
  readonly onClearFinished: () => void;
}

/** The rest is asked for: rows change several times a second. */
const ROWS_PER_PAGE = 30;

/** Stays at the bottom right while there is anything to tell, whichever screen is open. */
export function TransferTray(props: TransferTrayProps) {
  const t = useTranslations("files.transfers");
  const [isOpen, setOpen] = useState(props.isOpenAtFirst);
  const [limit, setLimit] = useState(ROWS_PER_PAGE);
  const { transfers, asOfMs } = props;
  const hidden = transfers.items.length - limit;
  const [samples, setSamples] = useState<readonly ProgressSample[]>([]);
  if (samples.at(-1)?.atMs !== asOfMs)
    setSamples(addSample(samples, { ...countsOf(transfers), atMs: asOfMs }));
  if (transfers.items.length === 0) return null;
  const isFinished = transfers.items.every(({ state }) => state === "done" || state === "cancelled");
  const canPause = transfers.items.some(
    ({ state }) => state === "running" || state === "queued" || state === "paused",
  );
  return (
    <section
      aria-label={t("title")}
      data-transfers
      className="pointer-events-auto flex max-h-[60dvh] w-full flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-raised sm:w-96"
    >
      <header className="flex items-center gap-1 py-2 pr-2 pl-4">
        <div className="min-w-0 grow">
          <h2 className="text-sm font-semibold">
            {isFinished ? t("allDone", { count: transfers.doneFiles }) : t("title")}
          </h2>
          {!isFinished && <Pace transfers={transfers} secondsLeft={secondsLeft(samples)} />}
        </div>
        {canPause && (
          <IconButton
            size="small"
            icon={transfers.isPaused ? "play" : "pause"}
            label={transfers.isPaused ? t("resumeAll") : t("pauseAll")}
            onPress={transfers.isPaused ? props.onResumeAll : props.onPauseAll}
          />
        )}
        <IconButton
          size="small"
          icon={isOpen ? "chevronDown" : "chevronUp"}
          label={isOpen ? t("collapse") : t("expand")}
          onPress={() => setOpen(!isOpen)}
        />
        {isFinished && (
          <IconButton size="small" icon="close" label={t("clear")} onPress={props.onClearFinished} />
        )}
      </header>
      {!isFinished && (
        <div className="px-4 pb-2.5">
          <ProgressBar
            label={t("title")}
            value={transfers.totalBytes === 0 ? undefined : transfers.doneBytes / transfers.totalBytes}
            tone={transfers.isPaused ? "muted" : "accent"}
          />
        </div>
      )}
      {isOpen && (
        <>
          <ul className="min-h-0 overflow-auto border-t border-line py-1">
            {transfers.items.slice(0, limit).map((item) => (
              <TransferRow
                key={item.id}
                item={item}
                onCancel={props.onCancel}
                onRetry={props.onRetry}
                onRestore={props.onRestore}
              />
            ))}
            {hidden > 0 && (
              <li className="px-2.5 pt-1">
                <Button variant="quiet" onPress={() => setLimit(limit + ROWS_PER_PAGE)}>
                  {t("showMore", { count: Math.min(hidden, ROWS_PER_PAGE) })}
                </Button>
              </li>
            )}
          </ul>
          {!isFinished && transfers.items.some(({ state }) => state === "done") && (
            <footer className="border-t border-line p-1.5 text-right">
              <Button variant="quiet" onPress={props.onClearFinished}>
                {t("clear")}
              </Button>
            </footer>
          )}
        </>
      )}
    </section>
  );
}

function Pace(props: { readonly transfers: TransferSummary; readonly secondsLeft: number | undefined }) {
  const { transfers } = props;
  const t = useTranslations("files.transfers");
  const formatSize = useByteSize();
  const parts = [t("uploading", { done: transfers.doneFiles, total: transfers.totalFiles })];
  if (transfers.isPaused) parts.push(t("paused"));
  else if (transfers.bytesPerSecond > 0) {
    parts.push(t("speed", { speed: formatSize(transfers.bytesPerSecond) }));
    if (props.secondsLeft !== undefined) {
      parts.push(t("minutesLeft", { minutes: Math.floor(props.secondsLeft / 60) }));
    }
  }
  return <p className="truncate text-xs text-muted tabular-nums">{parts.join(" · ")}</p>;
}

function countsOf({ doneBytes, totalBytes, doneFiles, totalFiles }: TransferSummary) {
  return { doneBytes, totalBytes, doneFiles, totalFiles };
}
