import { type ReactNode, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { EngineError, Entry, FolderListing, UploadSource } from "#client/engine.ts";
import { Breadcrumbs } from "../kit/breadcrumbs.tsx";
import type { Selection } from "../kit/item-grid/selection.ts";
import { useMediaQuery } from "../kit/media-query.ts";
import { ContextMenu } from "../kit/menu.tsx";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { useLayer } from "../router/layers.ts";
import { formatRoute } from "../router/route.ts";
import { AddMenu } from "./add-menu.tsx";
import { useContextMenu } from "./context-menu.ts";
import { DropArea } from "./drop-area.tsx";
import { type EntryCommands, useEntryActions } from "./entry-actions.ts";
import { arrange, type SortOrder, sortByName } from "./entry-order.ts";
import { FileCards } from "./file-cards.tsx";
import { FileTable } from "./file-table.tsx";
import { FolderEmpty, FolderError, FolderLoading, FolderOffline } from "./folder-states.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { SortMenu } from "./sort-menu.tsx";

export interface FilesViewProps {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly folder: FolderState;
  readonly canWrite: boolean;
  /** Whether what is not sent yet does not get through. */
  readonly isWaiting: boolean;
  readonly commands: EntryCommands;
  readonly onUpload: (sources: readonly UploadSource[]) => void;
  readonly onNewFolder: () => void;
  readonly onDropInto: (ids: readonly string[], folder: string) => void;
  readonly onShortcutsHelp: () => void;
  readonly onRetry: () => void;
  /** Banners that concern this workspace. */
  readonly notice?: ReactNode;
  /** The details drawer, beside the list. */
  readonly drawer?: ReactNode;
}

export type FolderState =
  | { readonly status: "loading" }
  | { readonly status: "offline" }
  | { readonly status: "failed"; readonly error: EngineError }
  | { readonly status: "ready"; readonly listing: FolderListing };

type Layout = "list" | "grid";

export function FilesView(props: FilesViewProps) {
  const t = useTranslations("files");
  const locale = useLocale();
  const isNarrow = useMediaQuery("(max-width: 47.99rem)");
  const [layout, setLayout] = useState<Layout>("list");
  const [sort, setSort] = useState<SortOrder>({ column: "name", direction: "ascending" });
  const [selection, setSelection] = useState<Selection>(new Set());

  const listing = props.folder.status === "ready" ? props.folder.listing : undefined;
  const byName = useMemo(() => sortByName(listing?.entries ?? [], locale), [listing, locale]);
  const entries = useMemo(() => arrange(byName, sort), [byName, sort]);
  const selected = useMemo(() => entries.filter(({ id }) => selection.has(id)), [entries, selection]);
  const actions = useEntryActions(selected, props.commands, props.canWrite);
  const contextMenu = useContextMenu(selection, setSelection);
  const folderName = listing?.path.at(-1)?.name ?? props.workspaceName;
  const clearSelection = () => setSelection(new Set());
  // On a phone it changes what a touch does, so it is a place to come back from.
  useLayer(isNarrow && selected.length > 0, clearSelection);

  const run = (id: string) => actions.find((action) => action.id === id)?.run();
  useShortcuts({
    ...(selected.length > 0 && {
      F2: () => run("rename"),
      Delete: () => run("trash"),
      " ": () => run("preview"),
    }),
    "Mod+a": () => setSelection(new Set(entries.map(({ id }) => id))),
    ...(props.canWrite && { n: props.onNewFolder }),
    "?": props.onShortcutsHelp,
  });

  const open = (entry: Entry) =>
    entry.kind === "folder" ? props.commands.open(entry) : props.commands.preview(entry);
  const list = {
    isWaiting: props.isWaiting,
    label: t("list", { folder: folderName }),
    entries,
    selection,
    onSelectionChange: setSelection,
    onOpen: open,
    // A finger scrolls; dragging is for a pointer.
    onDropInto: props.canWrite && !isNarrow ? props.onDropInto : undefined,
  };
  const crumbs = [{ id: "root", name: props.workspaceName }, ...(listing?.path ?? [])].map(
    ({ id, name }) => ({
      id,
      label: name,
      href: formatRoute({
        name: "files",
        workspaceId: props.workspaceId,
        folderId: id === "root" ? undefined : id,
      }),
    }),
  );

  return (
    <div className="flex min-h-0 flex-1">
      <DropArea folderName={folderName} onDrop={props.canWrite ? props.onUpload : undefined}>
        <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-2 md:px-6">
          <h1 className="sr-only">{folderName}</h1>
          <div className="min-w-0 grow">
            <Breadcrumbs label={t("path")} betweenLabel={t("pathBetween")} crumbs={crumbs} />
          </div>
          <div className="flex items-center gap-2">
            {!isNarrow && (
              <SegmentedControl
                label={t("layout.label")}
                value={layout}
                onChange={setLayout}
                segments={[
                  { value: "list", label: t("layout.list"), icon: "list" },
                  { value: "grid", label: t("layout.grid"), icon: "grid" },
                ]}
              />
            )}
            {props.canWrite && <AddMenu onUpload={props.onUpload} onNewFolder={props.onNewFolder} />}
          </div>
        </header>
        {props.notice !== undefined && <div className="px-4 pb-2 md:px-6">{props.notice}</div>}
        <SelectionBar
          itemCount={entries.length}
          selectedCount={selected.length}
          actions={actions}
          onClear={clearSelection}
          sorting={isNarrow && <SortMenu sort={sort} onSortChange={setSort} />}
        />
        <div className={bodyClass} onContextMenu={contextMenu.onContextMenu}>
          <FolderBody {...props} isEmpty={entries.length === 0}>
            {isNarrow ? (
              <FileCards key="rows" shape="rows" {...list} />
            ) : layout === "grid" ? (
              <FileCards key="tiles" shape="tiles" {...list} />
            ) : (
              <FileTable {...list} sort={sort} onSortChange={setSort} />
            )}
          </FolderBody>
        </div>
        <ContextMenu
          label={t("actions.toolbar")}
          actions={actions}
          state={actions.length === 0 ? undefined : contextMenu.state}
          onClose={contextMenu.close}
        />
      </DropArea>
      {props.drawer}
    </div>
  );
}

// On a phone the tray of transfers is as wide as the list, whose last row must not stay below it.
const bodyClass = "min-h-0 flex-1 px-1 pb-1 md:px-3 max-md:[body:has([data-transfers])_&]:pb-20";

function FolderBody(props: FilesViewProps & { readonly isEmpty: boolean; readonly children: ReactNode }) {
  const { folder } = props;
  switch (folder.status) {
    case "loading":
      return <FolderLoading />;
    case "offline":
      return <FolderOffline />;
    case "failed":
      return <FolderError error={folder.error} onRetry={props.onRetry} />;
    case "ready":
      return props.isEmpty ? (
        <FolderEmpty onUpload={props.canWrite ? props.onUpload : undefined} />
      ) : (
        props.children
      );
  }
}
