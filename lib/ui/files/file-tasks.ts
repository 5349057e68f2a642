import { useTranslations } from "use-intl";
import type { EngineError, Entry, WorkspaceSummary } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { settle } from "../bindings/task.ts";
import { useEngine, useToasts } from "../engine-context.tsx";
import { useErrorWords } from "../error-words.ts";

export interface FileTasks {
  readonly download: (entries: readonly string[]) => void;
  readonly move: (entries: readonly Entry[], target: string | null) => void;
  readonly trash: (entries: readonly Entry[]) => void;
  readonly restore: (file: string, version: number) => void;
  /** Runs anything; only its failure is told. */
  readonly report: <T>(work: () => Promise<Result<T, EngineError>>, onDone?: (value: T) => void) => void;
}

/** What needs no dialog: it happens at once, a toast tells it, and where possible undoes it. */
export function useFileTasks(workspace: WorkspaceSummary, folder: string | null): FileTasks {
  const t = useTranslations("files");
  const tActions = useTranslations("common.actions");
  const engine = useEngine();
  const toasts = useToasts();
  const errorWords = useErrorWords();

  const report: FileTasks["report"] = (work, onDone) => {
    void settle(work).then((result) => {
      if (result.ok) onDone?.(result.value);
      else if (result.error.type !== "Cancelled") toasts.add(errorWords(result.error));
    });
  };
  const told = (entries: readonly Entry[]) => ({ count: entries.length, name: entries[0]?.name ?? "" });
  const undo = (work: () => void) => [{ label: tActions("undo"), run: work }];
  const ids = (entries: readonly Entry[]) => entries.map(({ id }) => id);

  return {
    report,
    download: (entries) => report(() => engine.download(workspace.id, entries, folder)),
    move: (entries, target) => {
      if (entries.length === 0) return;
      const back = () => report(() => engine.move(workspace.id, ids(entries), target, folder));
      report(
        () => engine.move(workspace.id, ids(entries), folder, target),
        () => toasts.add(t("toast.moved", told(entries)), undo(back)),
      );
    },
    trash: (entries) => {
      report(
        () => engine.remove(workspace.id, ids(entries), folder),
        (token) =>
          toasts.add(
            t("toast.trashed", told(entries)),
            undo(() => report(() => engine.undo(token))),
          ),
      );
    },
    restore: (file, version) => {
      report(
        () => engine.restoreVersion(workspace.id, file, version),
        () => toasts.add(t("toast.restored", { number: version })),
      );
    },
  };
}
