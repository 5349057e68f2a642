import type { ReactNode } from "react";

export type IconName = keyof typeof paths;

/** Line icons on a 20-pixel grid. Always beside words, or in a control that has a label: never read aloud. */
export function Icon({
  name,
  className = "size-5",
}: {
  readonly name: IconName;
  readonly className?: string;
}) {
  return (
    <svg
      viewBox="0 0 20 20"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {paths[name]}
    </svg>
  );
}

const paths = {
  folder: (
    <path d="M2.75 5.75c0-1.1.9-2 2-2h2.6c.5 0 1 .2 1.4.55L10 5.5h5.25a2 2 0 0 1 2 2v6.75a2 2 0 0 1-2 2H4.75a2 2 0 0 1-2-2z" />
  ),
  file: (
    <path d="M11.5 2.75H6.25a1.5 1.5 0 0 0-1.5 1.5v11.5a1.5 1.5 0 0 0 1.5 1.5h7.5a1.5 1.5 0 0 0 1.5-1.5V6.5zm0 0V6.5h3.75" />
  ),
  people: (
    <>
      <circle cx="7.5" cy="7" r="2.75" />
      <path d="M2.5 16c.4-2.6 2.4-4.25 5-4.25s4.6 1.65 5 4.25M13 4.6a2.6 2.6 0 0 1 0 4.9M14.75 12.25c1.5.6 2.5 1.9 2.75 3.75" />
    </>
  ),
  trust: (
    <>
      <path d="M3 5.5h14M3 10h14M3 14.5h14" />
      <circle cx="7" cy="5.5" r="1.6" fill="var(--hf-surface)" />
      <circle cx="13" cy="10" r="1.6" fill="var(--hf-surface)" />
      <circle cx="8.5" cy="14.5" r="1.6" fill="var(--hf-surface)" />
    </>
  ),
  settings: (
    <>
      <circle cx="10" cy="10" r="2.5" />
      <path d="M10 2.75v2M10 15.25v2M2.75 10h2M15.25 10h2M4.9 4.9l1.4 1.4M13.7 13.7l1.4 1.4M15.1 4.9l-1.4 1.4M6.3 13.7l-1.4 1.4" />
    </>
  ),
  plus: <path d="M10 4v12M4 10h12" />,
  upload: (
    <path d="M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M3.5 13.5v1.25a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5V13.5" />
  ),
  download: (
    <path d="M10 4v9m0 0 3.5-3.5M10 13 6.5 9.5M3.5 13.5v1.25a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5V13.5" />
  ),
  rename: (
    <path d="m12.5 4.75 2.75 2.75M4 16l.75-3.25 8.3-8.3a1.3 1.3 0 0 1 1.85 0l.65.65a1.3 1.3 0 0 1 0 1.85l-8.3 8.3z" />
  ),
  move: (
    <path d="M2.75 14.25V5.75c0-1.1.9-2 2-2h2.6c.5 0 1 .2 1.4.55L10 5.5h5.25a2 2 0 0 1 2 2v6.75a2 2 0 0 1-2 2h-5M2.75 12h6m0 0-2-2m2 2-2 2" />
  ),
  trash: (
    <path d="M3.75 5.5h12.5M8 5.25v-1c0-.55.45-1 1-1h2c.55 0 1 .45 1 1v1M5.25 5.5l.6 9.6c.05.8.7 1.4 1.5 1.4h5.3c.8 0 1.45-.6 1.5-1.4l.6-9.6M8.5 8.75v4.5M11.5 8.75v4.5" />
  ),
  details: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 9.25v4M10 6.6v.1" />
    </>
  ),
  preview: (
    <>
      <path d="M2.5 10S5.25 4.75 10 4.75 17.5 10 17.5 10 14.75 15.25 10 15.25 2.5 10 2.5 10Z" />
      <circle cx="10" cy="10" r="2.25" />
    </>
  ),
  hidden: (
    <path d="M3.5 3.5l13 13M8.2 5c.6-.15 1.15-.25 1.8-.25 4.75 0 7.5 5.25 7.5 5.25s-.75 1.45-2.15 2.8M5.3 6.4C3.45 7.85 2.5 10 2.5 10s2.75 5.25 7.5 5.25c1.3 0 2.45-.4 3.45-.95M8.3 8.5a2.25 2.25 0 0 0 3.15 3.15" />
  ),
  more: <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.2" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  chevronRight: <path d="m7.75 4.75 5 5.25-5 5.25" />,
  chevronDown: <path d="m4.75 7.75 5.25 5 5.25-5" />,
  chevronUp: <path d="m4.75 12.25 5.25-5 5.25 5" />,
  chevronLeft: <path d="m12.25 4.75-5 5.25 5 5.25" />,
  check: <path d="m4.5 10.5 3.5 3.5 7.5-8" />,
  copy: (
    <path d="M7.25 7.25h7.5a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1h-7.5a1 1 0 0 1-1-1v-7.5a1 1 0 0 1 1-1ZM4.25 12.75v-8.5a1 1 0 0 1 1-1h7.5" />
  ),
  pause: <path d="M7 5v10M13 5v10" />,
  play: <path d="M7 4.75v10.5l8.25-5.25z" />,
  retry: <path d="M16.25 10a6.25 6.25 0 1 1-1.9-4.5l1.9 1.85M16.25 3.5v3.85H12.4" />,
  list: <path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h13" />,
  grid: (
    <path d="M3.75 3.75h4.75v4.75H3.75zM11.5 3.75h4.75v4.75H11.5zM3.75 11.5h4.75v4.75H3.75zM11.5 11.5h4.75v4.75H11.5z" />
  ),
  menu: <path d="M3.5 6h13M3.5 10h13M3.5 14h13" />,
  workspace: (
    <path d="M3.75 5.25c0-.8.7-1.5 1.5-1.5h9.5c.8 0 1.5.7 1.5 1.5v9.5c0 .8-.7 1.5-1.5 1.5h-9.5c-.8 0-1.5-.7-1.5-1.5zM3.75 8h12.5" />
  ),
  warning: <path d="M10 3.5 2.75 16.25h14.5zM10 8.5v3.5M10 14.1v.1" />,
  offline: (
    <path d="M3.5 3.5l13 13M2.75 8a10.6 10.6 0 0 1 3.4-2.1M17.25 8A10.5 10.5 0 0 0 8.9 5M5.25 11a6.8 6.8 0 0 1 3.25-1.7M14.75 11c-.4-.4-.8-.7-1.3-.95M8 13.7a2.8 2.8 0 0 1 2-.8M10 16.2v.1" />
  ),
  print: (
    <path d="M6 7.25v-4h8v4M6 14H4.75a1.5 1.5 0 0 1-1.5-1.5V8.75a1.5 1.5 0 0 1 1.5-1.5h10.5a1.5 1.5 0 0 1 1.5 1.5v3.75a1.5 1.5 0 0 1-1.5 1.5H14M6 11.75h8v5H6z" />
  ),
  versions: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6v4.25l2.75 1.75" />
    </>
  ),
  sortUp: <path d="M10 15.5v-11m0 0L6 8.5m4-4 4 4" />,
  sortDown: <path d="M10 4.5v11m0 0 4-4m-4 4-4-4" />,
  device: <path d="M4.25 4.25h11.5a1 1 0 0 1 1 1v7.5H3.25v-7.5a1 1 0 0 1 1-1ZM2 15.75h16" />,
  key: (
    <>
      <circle cx="6.75" cy="13.25" r="3.25" />
      <path d="m9.1 10.9 7.150-7.150M13.250 6.750l2.250 2.250" />
    </>
  ),
  invitation: <path d="M3 5.25h14v9.5H3zM3 5.75l7 5.25 7-5.25" />,
  recovery: <path d="M5.25 2.75h6.5l3.5 3.5v11H4.75v-14zM7.5 9h5M7.5 12h5" />,
  image: (
    <>
      <path d="M3.75 4.25h12.5v11.5H3.75zM3.75 13.25l3.75-3.5 3 2.75 2.5-2 3.25 2.75" />
      <circle cx="12.75" cy="7.5" r="1.1" />
    </>
  ),
} satisfies Record<string, ReactNode>;
