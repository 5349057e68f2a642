import { useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import type { Action } from "../kit/action.ts";

/** What the screen around the list does with entries. */
export interface EntryCommands {
  readonly open: (entry: Entry) => void;
  readonly preview: (entry: Entry) => void;
  readonly download: (entries: readonly Entry[]) => void;
  readonly rename: (entry: Entry) => void;
  readonly move: (entries: readonly Entry[]) => void;
  readonly details: (entry: Entry) => void;
  readonly trash: (entries: readonly Entry[]) => void;
}

/** What can be done with the selection: the one list behind toolbar, context menu and shortcuts. */
export function useEntryActions(
  selected: readonly Entry[],
  commands: EntryCommands,
  canWrite: boolean,
): readonly Action[] {
  const t = useTranslations("files.actions");
  const tShortcuts = useTranslations("files.shortcuts");
  const [first, ...others] = selected;
  if (first === undefined) return [];
  const single = others.length === 0 ? first : undefined;
  const actions: Action[] = [];
  if (single?.kind === "folder") {
    actions.push({
      id: "open",
      label: t("open"),
      icon: "folder",
      shortcut: "↵",
      group: "see",
      run: () => commands.open(single),
    });
  }
  if (single?.kind === "file") {
    actions.push({
      id: "preview",
      label: t("preview"),
      icon: "preview",
      shortcut: tShortcuts("space"),
      group: "see",
      run: () => commands.preview(single),
    });
  }
  actions.push({
    id: "download",
    label: t("download"),
    icon: "download",
    group: "see",
    run: () => commands.download(selected),
  });
  if (canWrite) {
    if (single !== undefined) {
      actions.push({
        id: "rename",
        label: t("rename"),
        icon: "rename",
        shortcut: "F2",
        group: "edit",
        run: () => commands.rename(single),
      });
    }
    actions.push({
      id: "move",
      label: t("move"),
      icon: "move",
      group: "edit",
      run: () => commands.move(selected),
    });
  }
  if (single !== undefined) {
    actions.push({
      id: "details",
      label: t("details"),
      icon: "details",
      group: "edit",
      run: () => commands.details(single),
    });
  }
  if (canWrite) {
    actions.push({
      id: "trash",
      label: t("trash"),
      icon: "trash",
      shortcut: "Del",
      group: "remove",
      isDangerous: true,
      run: () => commands.trash(selected),
    });
  }
  return actions;
}
