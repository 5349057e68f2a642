import { Button as AriaButton, Link } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { WorkspaceSummary } from "#client/engine.ts";
import { BrandMark } from "../kit/brand.tsx";
import { focusRing, IconButton } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { Icon } from "../kit/icons.tsx";
import { currentClass, navLinkClass, type Place, places } from "./navigation.tsx";
import { WorkspaceLinks } from "./workspace-links.tsx";

export interface SidebarProps {
  readonly organizationName: string;
  readonly userName: string;
  readonly current: Place | undefined;
  readonly workspaces: readonly WorkspaceSummary[];
  readonly openWorkspaceId: string | undefined;
  readonly onNewWorkspace: () => void;
  readonly onLock: () => void;
}

export function Sidebar(props: SidebarProps) {
  const t = useTranslations("shell");
  return (
    <header className="flex w-60 shrink-0 flex-col">
      <div className="flex items-center gap-3 px-5 pt-5 pb-4">
        <BrandMark className="size-8 shrink-0" />
        <div className="min-w-0">
          <p className="truncate text-sm font-semibold">{props.organizationName}</p>
          <p className="truncate text-xs text-muted">{props.userName}</p>
        </div>
      </div>
      <nav aria-label={t("mainNavigation")} className="px-3">
        <ul className="flex flex-col gap-0.5">
          {places.map(({ place, icon, href }) => (
            <li key={place}>
              <Link
                href={href}
                aria-current={place === props.current ? "page" : false}
                className={classNames(
                  navLinkClass,
                  place === props.current ? currentClass : "text-muted",
                  focusRing,
                )}
              >
                <Icon name={icon} className="size-4.5" />
                {t(place)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-label={t("workspaces")} className="mt-6 flex min-h-0 flex-1 flex-col px-3">
        <div className="flex items-center justify-between pr-1 pl-2.5">
          <h2 className="text-xs font-medium text-muted">{t("workspaces")}</h2>
          <IconButton icon="plus" size="small" label={t("newWorkspace")} onPress={props.onNewWorkspace} />
        </div>
        <WorkspaceLinks workspaces={props.workspaces} openWorkspaceId={props.openWorkspaceId} />
      </section>
      <div className="px-3 pt-2 pb-4">
        <AriaButton
          onPress={props.onLock}
          className={classNames(navLinkClass, "w-full cursor-default text-muted", focusRing)}
        >
          <Icon name="key" className="size-4.5" />
          {t("lock")}
        </AriaButton>
      </div>
    </header>
  );
}
