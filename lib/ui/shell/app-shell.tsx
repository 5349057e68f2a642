import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { BrandMark } from "../kit/brand.tsx";
import { useMediaQuery } from "../kit/media-query.ts";
import { StatusLine, type StatusSummary } from "../kit/status-line.tsx";
import { formatRoute } from "../router/route.ts";
import { BottomNavigation } from "./navigation.tsx";
import { Sidebar, type SidebarProps } from "./sidebar.tsx";

export interface AppShellProps extends SidebarProps {
  readonly status: StatusSummary | undefined;
  /** Lasting notices above every screen: offline, a contradiction, a kit not yet kept. */
  readonly banners: ReactNode;
  /** The screen. It fills the height and scrolls inside itself. */
  readonly children: ReactNode;
}

/** The frame of the unlocked app: places on the left (below, on a phone), the state of checking on top. */
export function AppShell({ status, banners, children, ...sidebar }: AppShellProps) {
  const t = useTranslations("shell");
  const isWide = useMediaQuery("(min-width: 48rem)");
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        onClick={(event) => {
          // The fragment is the router's, so the focus is moved by hand.
          event.preventDefault();
          document.querySelector<HTMLElement>("#content")?.focus();
        }}
        className="sr-only z-50 rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skipToContent")}
      </a>
      {isWide ? <Sidebar {...sidebar} /> : <PhoneBar {...sidebar} />}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col md:py-2 md:pr-2">
        <section aria-label={t("status")} className="flex min-h-9 shrink-0 items-center px-3 md:px-2 md:pb-1">
          {status !== undefined && (
            <StatusLine summary={status} href={formatRoute({ name: "trust", view: "timeline" })} />
          )}
        </section>
        <main
          id="content"
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col overflow-hidden border-line bg-surface outline-off max-md:border-t md:rounded-xl md:border"
        >
          <div className="empty:hidden flex flex-col gap-2 px-4 pt-3 md:px-6">{banners}</div>
          {children}
        </main>
      </div>
      {!isWide && <BottomNavigation current={sidebar.current} />}
    </div>
  );
}

function PhoneBar(props: SidebarProps) {
  return (
    <header className="flex items-center gap-2.5 px-4 pt-3 pb-1">
      <BrandMark className="size-6" />
      <span className="min-w-0 truncate text-sm font-semibold">{props.organizationName}</span>
    </header>
  );
}
