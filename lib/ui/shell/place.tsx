import { useTranslations } from "use-intl";
import type { DeviceState, EngineError, WorkspaceSummary } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { useAnchor } from "../bindings/queries.ts";
import { useEngine } from "../engine-context.tsx";
import { FilesScreen } from "../files/files-screen.tsx";
import { FolderError, FolderLoading } from "../files/folder-states.tsx";
import { LinkButton } from "../kit/button.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { useMediaQuery } from "../kit/media-query.ts";
import { formatRoute, type Route } from "../router/route.ts";
import { SettingsView } from "../settings/settings-view.tsx";
import { ContradictionScreen, TrustScreen } from "../trust/trust-screen.tsx";
import { WorkspaceListView } from "./workspace-list-view.tsx";

export interface PlaceProps {
  readonly route: Route;
  readonly device: DeviceState;
  readonly version: string;
  /** Undefined while loading. */
  readonly workspaces: Result<readonly WorkspaceSummary[], EngineError> | undefined;
  readonly onNewWorkspace: () => void;
  readonly onLock: () => void;
}

/** The screen of the address. */
export function Place(props: PlaceProps) {
  const { route } = props;
  const workspaces = props.workspaces?.ok === true ? props.workspaces.value : [];
  switch (route.name) {
    case "files":
      return <Files {...props} workspaceId={route.workspaceId} folderId={route.folderId} />;
    case "trust":
      return route.view === "contradiction" ? (
        <ContradictionScreen workspaces={workspaces} />
      ) : (
        <TrustScreen workspaces={workspaces} />
      );
    case "people":
      return <People />;
    case "settings":
      return <Settings {...props} />;
    case "start":
    case "notFound":
      return <NotFound />;
  }
}

function Files(
  props: PlaceProps & { readonly workspaceId: string | undefined; readonly folderId: string | undefined },
) {
  const engine = useEngine();
  const isWide = useMediaQuery("(min-width: 48rem)");
  if (props.workspaces === undefined) return <FolderLoading />;
  if (!props.workspaces.ok)
    return <FolderError error={props.workspaces.error} onRetry={() => void engine.checkNow()} />;
  const workspaces = props.workspaces.value;
  // On a wide window the workspaces stand at the side already, so Files begins in the first.
  const wanted = props.workspaceId ?? (isWide ? workspaces[0]?.id : undefined);
  if (wanted === undefined)
    return <WorkspaceListView workspaces={workspaces} onNewWorkspace={props.onNewWorkspace} />;
  const workspace = workspaces.find(({ id }) => id === wanted);
  return workspace === undefined ? (
    <NotFound />
  ) : (
    // A screen belongs to one folder, with its selection, its scroll position and all that was opened from it.
    <FilesScreen
      key={`${workspace.id} ${props.folderId ?? ""}`}
      workspace={workspace}
      folderId={props.folderId}
    />
  );
}

function People() {
  const t = useTranslations("shell");
  return (
    <EmptyState icon="people" title={t("people")}>
      {t("peopleSoon")}
    </EmptyState>
  );
}

function Settings({ device, version, onLock }: PlaceProps) {
  const { data: anchor } = useAnchor();
  return <SettingsView device={device} anchor={anchor ?? undefined} version={version} onLock={onLock} />;
}

function NotFound() {
  const t = useTranslations("shell");
  return (
    <EmptyState
      icon="folder"
      title={t("notFound")}
      actions={
        <LinkButton href={formatRoute({ name: "files", workspaceId: undefined, folderId: undefined })}>
          {t("toFiles")}
        </LinkButton>
      }
    />
  );
}
