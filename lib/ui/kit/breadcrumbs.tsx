import { Breadcrumbs as AriaBreadcrumbs, Breadcrumb, Link } from "react-aria-components";
import { focusRing } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icons.tsx";

export interface Crumb {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

/** The way from the workspace to the open folder; the last crumb is where we are. */
export function Breadcrumbs(props: { readonly label: string; readonly crumbs: readonly Crumb[] }) {
  return (
    <AriaBreadcrumbs aria-label={props.label} className="-mx-1.5 flex min-w-0 flex-wrap items-center text-lg">
      {props.crumbs.map((crumb, index) => (
        <Breadcrumb key={crumb.id} id={crumb.id} className="flex min-w-0 items-center">
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
          {index < props.crumbs.length - 1 && (
            <Icon name="chevronRight" className="size-4 shrink-0 text-line-strong" />
          )}
        </Breadcrumb>
      ))}
    </AriaBreadcrumbs>
  );
}
