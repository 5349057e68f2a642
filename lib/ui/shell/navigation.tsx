import { Link } from "react-aria-components";
import { useTranslations } from "use-intl";
import { focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { Icon, type IconName } from "../kit/icons.tsx";
import { formatRoute } from "../router/route.ts";

export type Place = "files" | "people" | "trust" | "settings";

export const places: readonly { readonly place: Place; readonly icon: IconName; readonly href: string }[] = [
  {
    place: "files",
    icon: "folder",
    href: formatRoute({ name: "files", workspaceId: undefined, folderId: undefined }),
  },
  { place: "people", icon: "people", href: formatRoute({ name: "people" }) },
  { place: "trust", icon: "trust", href: formatRoute({ name: "trust", view: "timeline" }) },
  { place: "settings", icon: "settings", href: formatRoute({ name: "settings" }) },
];

export function BottomNavigation({ current }: { readonly current: Place | undefined }) {
  const t = useTranslations("shell");
  return (
    <nav
      aria-label={t("mainNavigation")}
      className="shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
    >
      <ul className="flex">
        {places.map(({ place, icon, href }) => (
          <li key={place} className="flex-1">
            <Link
              href={href}
              aria-current={place === current ? "page" : false}
              className={classNames(
                "flex flex-col items-center gap-0.5 rounded-md pt-2 pb-1.5 text-xs",
                place === current ? "font-semibold text-accent" : "text-muted",
                focusRing,
              )}
            >
              <Icon name={icon} />
              {t(place)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export const navLinkClass =
  "flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm font-medium transition-colors data-hovered:bg-line/60 data-hovered:text-text";

export const currentClass = "bg-line/70 text-text";
