import { Link } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { TrustState, WorkspaceSummary } from "#client/engine.ts";
import { focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { Icon } from "../kit/icons.tsx";
import { StateShape, stateTextColours } from "../kit/state.tsx";
import { formatRoute } from "../router/route.ts";
import { currentClass, navLinkClass } from "./navigation.tsx";

export function WorkspaceLinks(props: {
  readonly workspaces: readonly WorkspaceSummary[];
  readonly openWorkspaceId: string | undefined;
}) {
  const t = useTranslations("state");
  return (
    <ul className="mt-1 flex min-h-0 flex-col gap-0.5 overflow-auto pb-2">
      {props.workspaces.map((workspace) => (
        <li key={workspace.id}>
          <Link
            href={formatRoute({ name: "files", workspaceId: workspace.id, folderId: undefined })}
            aria-current={workspace.id === props.openWorkspaceId ? "true" : false}
            className={classNames(
              navLinkClass,
              workspace.id === props.openWorkspaceId ? currentClass : "text-muted",
              focusRing,
            )}
          >
            <Icon name="workspace" className="size-4.5 shrink-0" />
            <span className="grow truncate">{workspace.name}</span>
            {isNotable(workspace.state) && (
              <>
                <StateShape
                  state={workspace.state}
                  className={classNames("size-2.5", stateTextColours[workspace.state])}
                />
                <span className="sr-only">{t(workspace.state)}</span>
              </>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What a person should look at; the rest would be noise in a list of names. */
function isNotable(state: TrustState): boolean {
  return state === "suspect" || state === "contradiction" || state === "other";
}
