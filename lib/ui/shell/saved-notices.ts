import { useEffect, useEffectEvent, useRef } from "react";
import { useTranslations } from "use-intl";
import type { EngineError, SavedUpload, TransferSummary } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { settle } from "../bindings/task.ts";
import { visibleName } from "../bindings/visible-names.ts";
import { useEngine, useToasts } from "../engine-context.tsx";
import { useErrorWords } from "../error-words.ts";
import { countNewVersions, type NewVersions, type ToldVersions } from "./new-versions.ts";

const TOPIC = "new versions";

/**
 * An uploaded file whose name was there already became a new version of that file. One toast says so for all of an
 * upload, with both ways on: each file beside the other, or the one before back.
 */
export function useSavedNotices(transfers: TransferSummary | undefined): void {
  const t = useTranslations("files.toast");
  const tActions = useTranslations("common.actions");
  const engine = useEngine();
  const toasts = useToasts();
  const errorWords = useErrorWords();
  const told = useRef<ToldVersions>(undefined);
  const batch = useRef<NewVersions>(undefined);

  /** One after the other, until one fails. */
  const forEach = async (
    saved: readonly SavedUpload[],
    work: (one: SavedUpload, version: number) => Promise<Result<null, EngineError>>,
  ) => {
    for (const one of saved) {
      const { replacedVersion } = one;
      if (replacedVersion === null) continue;
      const result = await settle(() => work(one, replacedVersion));
      if (!result.ok) {
        toasts.add(errorWords(result.error));
        return;
      }
    }
  };

  const tell = useEffectEvent((summary: TransferSummary) => {
    if (told.current === undefined) {
      // What was over before this screen was there is no news.
      told.current = { ids: new Set(), count: 0 };
      countNewVersions(summary, told.current);
      return;
    }
    const isShown = toasts.current().some(({ topic }) => topic === TOPIC);
    const before = isShown ? batch.current : undefined;
    const now = countNewVersions(summary, told.current, before);
    if (now.count === (before?.count ?? 0)) return;
    batch.current = now;
    const { saved, count } = now;
    const name = visibleName(saved[0]?.name ?? "");
    // Of a folder only the number is known; its files have their versions under Details.
    const isEachKnown = saved.length === count;
    const message = isEachKnown ? t("newVersions", { count, name }) : t("newVersionsInFolders", { count });
    const actions = isEachKnown
      ? [
          {
            label: t("keepBoth"),
            run: () =>
              void forEach(saved, (one, version) => engine.keepBoth(one.workspace, one.file, version)),
          },
          {
            label: tActions("undo"),
            run: () =>
              void forEach(saved, (one, version) => engine.restoreVersion(one.workspace, one.file, version)),
          },
        ]
      : [];
    toasts.add(message, actions, TOPIC);
  });
  useEffect(() => {
    if (transfers !== undefined) tell(transfers);
  }, [transfers]);
}
