import { Link } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { WorkspaceSummary } from "#client/engine.ts";
import { Button, focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Icon } from "../kit/icons.tsx";
import { StateBadge } from "../kit/state.tsx";
import { formatRoute } from "../router/route.ts";

/** Where Files begins on a phone, and for everyone before there is a workspace. */
export function WorkspaceListView(props: {
  readonly workspaces: readonly WorkspaceSummary[];
  readonly onNewWorkspace: () => void;
}) {
  const t = useTranslations("shell");
  const tFiles = useTranslations("files.empty");
  const create = (
    <Button variant="primary" icon="plus" onPress={props.onNewWorkspace}>
      {t("newWorkspace")}
    </Button>
  );
  if (props.workspaces.length === 0) {
    return (
      <EmptyState icon="workspace" title={tFiles("noWorkspace")} actions={create}>
        {tFiles("noWorkspaceHint")}
      </EmptyState>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-auto px-4 py-5">
      <div className="mb-4 flex items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{t("workspaces")}</h1>
        {create}
      </div>
      <ul className="flex flex-col divide-y divide-line">
        {props.workspaces.map((workspace) => (
          <li key={workspace.id}>
            <Link
              href={formatRoute({ name: "files", workspaceId: workspace.id, folderId: undefined })}
              className={classNames("flex items-center gap-3 rounded-md px-1 py-3.5", focusRing)}
            >
              <span className="flex size-9 items-center justify-center rounded-md bg-accent-soft text-accent">
                <Icon name="workspace" />
              </span>
              <span className="min-w-0 grow truncate font-medium">{workspace.name}</span>
              {workspace.state !== "verified" && <StateBadge state={workspace.state} />}
              <Icon name="chevronRight" className="size-4 shrink-0 text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
