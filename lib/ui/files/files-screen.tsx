import { useState } from "react";
import { useTranslations } from "use-intl";
import type { Entry, FolderListing, WorkspaceSummary } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { useDevice, useFolder } from "../bindings/queries.ts";
import { useEngine } from "../engine-context.tsx";
import { Banner } from "../kit/banner.tsx";
import { LinkButton } from "../kit/button.tsx";
import { formatRoute } from "../router/route.ts";
import { navigate } from "../router/use-route.ts";
import { DetailsPanel } from "./details-panel.tsx";
import type { EntryCommands } from "./entry-actions.ts";
import { useFileTasks } from "./file-tasks.ts";
import { type FilesDialog, FilesDialogs } from "./files-dialogs.tsx";
import { FilesView, type FolderState } from "./files-view.tsx";
import { useGone } from "./gone.tsx";
import { SetAsideNotice } from "./set-aside-notice.tsx";

/**
 * One folder of one workspace, connected to the engine. Another folder is another screen (see `Place`): what is opened
 * or begun here acts on this folder, wherever the address has gone meanwhile.
 */
export function FilesScreen(props: {
  readonly workspace: WorkspaceSummary;
  readonly folderId: string | undefined;
}) {
  const { workspace } = props;
  const folder = props.folderId ?? null;
  const engine = useEngine();
  const { data: device } = useDevice();
  const { data: listing, refetch } = useFolder(workspace.id, folder);
  const tasks = useFileTasks(workspace, folder);
  const [dialog, setDialog] = useState<FilesDialog>();
  const [detailed, setDetailed] = useState<Entry>();
  const notThere = useGone(workspace.id, folder, detailed === undefined ? noEntries : [detailed]);
  const canWrite = workspace.role !== "reader" && !workspace.isWritePaused;

  const commands: EntryCommands = {
    open: (entry) => navigate({ name: "files", workspaceId: workspace.id, folderId: entry.id }),
    preview: (entry) => setDialog({ name: "preview", entry }),
    download: (entries) => tasks.download(ids(entries)),
    rename: (entry) => setDialog({ name: "rename", entry }),
    move: (entries) => setDialog({ name: "move", entries }),
    details: setDetailed,
    trash: (entries) => {
      if (entries.some(({ id }) => id === detailed?.id)) setDetailed(undefined);
      tasks.trash(entries);
    },
  };

  return (
    <>
      <FilesView
        workspaceId={workspace.id}
        workspaceName={workspace.name}
        folder={folderState(listing, device?.isOnline ?? true)}
        canWrite={canWrite}
        isWaiting={workspace.unsentBecause !== null}
        commands={commands}
        onUpload={(sources) => tasks.report(() => engine.upload(workspace.id, folder, sources))}
        onNewFolder={() => setDialog({ name: "newFolder" })}
        onDropInto={(moved, target) => tasks.move(entriesOf(listing, moved), target)}
        onShortcutsHelp={() => setDialog({ name: "shortcuts" })}
        onRetry={() => void refetch()}
        notice={
          <div className="flex flex-col gap-2 empty:hidden">
            <WorkspaceNotice workspace={workspace} />
            <SetAsideNotice workspace={workspace} />
          </div>
        }
        drawer={
          detailed === undefined ? undefined : (
            <DetailsPanel
              workspace={workspace}
              entry={entriesOf(listing, [detailed.id])[0] ?? detailed}
              isGone={notThere.length > 0}
              path={listing?.ok === true ? listing.value.path : []}
              canWrite={canWrite}
              onClose={() => setDetailed(undefined)}
            />
          )
        }
      />
      {dialog !== undefined && (
        <FilesDialogs
          dialog={dialog}
          workspace={workspace}
          folder={folder}
          onDownload={(entry) => tasks.download([entry.id])}
          onMove={tasks.move}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

function WorkspaceNotice({ workspace }: { readonly workspace: WorkspaceSummary }) {
  const t = useTranslations("trust");
  if (workspace.state === "contradiction") {
    return (
      <Banner
        tone="contradiction"
        icon="warning"
        action={
          <LinkButton href={formatRoute({ name: "trust", view: "contradiction" })}>
            {t("contradiction.bannerAction")}
          </LinkButton>
        }
      >
        {t("contradiction.banner", { workspace: workspace.name })}
      </Banner>
    );
  }
  if (!workspace.isWritePaused) return null;
  return (
    <Banner
      tone="attention"
      icon="warning"
      action={
        <LinkButton href={formatRoute({ name: "trust", view: "timeline" })}>
          {t("suspect.bannerAction")}
        </LinkButton>
      }
    >
      {t("suspect.banner", { workspace: workspace.name })}
    </Banner>
  );
}

function folderState(
  listing: Result<FolderListing, FolderFailure> | undefined,
  isOnline: boolean,
): FolderState {
  if (listing === undefined) return { status: "loading" };
  if (listing.ok) return { status: "ready", listing: listing.value };
  if (listing.error.type === "ServerUnreachable" && !isOnline) return { status: "offline" };
  return { status: "failed", error: listing.error };
}

type FolderFailure = Extract<FolderState, { status: "failed" }>["error"];

function entriesOf(
  listing: Result<FolderListing, unknown> | undefined,
  wanted: readonly string[],
): readonly Entry[] {
  const ids = new Set(wanted);
  return listing?.ok === true ? listing.value.entries.filter(({ id }) => ids.has(id)) : [];
}

const noEntries: readonly Entry[] = [];

function ids(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ id }) => id);
}
