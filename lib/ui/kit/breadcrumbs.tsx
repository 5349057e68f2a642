import { Breadcrumbs as AriaBreadcrumbs, Breadcrumb, Link } from "react-aria-components";
import type { Action } from "./action.ts";
import { focusRing, IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icons.tsx";
import { ActionMenu } from "./menu.tsx";

export interface Crumb {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

/** More than this would push the list itself out of sight: those between stand in a menu. */
const MAX_SHOWN = 5;
const LAST_SHOWN = 3;

/** The way from the workspace to the open folder; the last crumb is where we are. */
export function Breadcrumbs(props: {
  readonly label: string;
  /** Of the menu with the crumbs between the first and the last ones. */
  readonly betweenLabel: string;
  readonly crumbs: readonly Crumb[];
}) {
  const { crumbs } = props;
  const isLong = crumbs.length > MAX_SHOWN;
  const between = isLong ? crumbs.slice(1, -LAST_SHOWN) : [];
  const shown = isLong ? [...crumbs.slice(0, 1), undefined, ...crumbs.slice(-LAST_SHOWN)] : crumbs;
  return (
    <AriaBreadcrumbs aria-label={props.label} className="-mx-1.5 flex min-w-0 flex-wrap items-center text-lg">
      {shown.map((crumb, index) => (
        <Breadcrumb key={crumb?.id ?? "between"} className="flex min-w-0 items-center">
          {crumb === undefined ? (
            <ActionMenu label={props.betweenLabel} actions={between.map(toAction)}>
              <IconButton size="small" icon="more" label={props.betweenLabel} />
            </ActionMenu>
          ) : (
            <Link
              href={crumb.href}
              className={classNames(
                "max-w-64 truncate rounded-sm px-1.5 py-0.5 text-muted transition-colors data-hovered:bg-hover data-hovered:text-text",
                "data-current:max-w-full data-current:font-semibold data-current:text-text",
                focusRing,
              )}
            >
              {crumb.label}
            </Link>
          )}
          {index < shown.length - 1 && (
            <Icon name="chevronRight" className="size-4 shrink-0 text-line-strong" />
          )}
        </Breadcrumb>
      ))}
    </AriaBreadcrumbs>
  );
}

function toAction({ id, label, href }: Crumb): Action {
  return { id, label, icon: "folder", run: () => location.assign(href) };
}
