import type { ReactNode } from "react";
import { useNow, useTranslations } from "use-intl";
import type { TrustState } from "#client/engine.ts";
import { classNames } from "./class-names.ts";

export function StateShape({
  state,
  className = "size-3",
}: {
  readonly state: TrustState;
  readonly className?: string;
}) {
  return (
    <svg
      viewBox="0 0 12 12"
      className={classNames("inline-block shrink-0", className)}
      aria-hidden="true"
      focusable="false"
    >
      {shapes[state]}
    </svg>
  );
}

/** The bare shape on a field of 12 by 12, for use inside another drawing. */
export function StateMark({ state }: { readonly state: TrustState }) {
  return shapes[state];
}

/** The word of a state, with its shape, on a tint: a state is never colour alone. */
export function StateBadge({
  state,
  children,
}: {
  readonly state: TrustState;
  readonly children?: ReactNode;
}) {
  const t = useTranslations("state");
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap",
        stateTints[state],
      )}
    >
      <StateShape state={state} className="size-2.5" />
      {children ?? t(state === "contradiction" ? "contradictionShort" : state)}
    </span>
  );
}

export const stateTextColours: Readonly<Record<TrustState, string>> = {
  verified: "text-verified",
  pending: "text-pending",
  partial: "text-partial",
  stale: "text-stale",
  suspect: "text-suspect",
  contradiction: "text-contradiction",
  other: "text-other",
};

const DAY_MS = 86_400_000;

/** The colour of a state that has lasted since then. Not to have checked for a day is worth a look. */
export function useStateColour(state: TrustState, sinceMs: number | null | undefined): string {
  const now = useNow().getTime();
  const isLong = state === "stale" && typeof sinceMs === "number" && now - sinceMs > DAY_MS;
  return stateTextColours[isLong ? "suspect" : state];
}

const stateTints: Readonly<Record<TrustState, string>> = {
  verified: "bg-verified-soft text-verified",
  pending: "bg-pending-soft text-pending",
  partial: "bg-partial-soft text-partial",
  stale: "bg-stale-soft text-stale",
  suspect: "bg-suspect-soft text-suspect",
  contradiction: "bg-contradiction-soft text-contradiction",
  other: "bg-other-soft text-other",
};

const ring = <circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.5" />;

/** ● ◔ ◐ ◌ ▲ ■ ◆ drawn, so that they look the same in every font and can be told apart without colour. */
const shapes: Readonly<Record<TrustState, ReactNode>> = {
  verified: <circle cx="6" cy="6" r="5.5" fill="currentColor" />,
  pending: (
    <>
      {ring}
      <path d="M6 6V1.25A4.75 4.75 0 0 1 10.75 6Z" fill="currentColor" />
    </>
  ),
  partial: (
    <>
      {ring}
      <path d="M6 1.25a4.75 4.75 0 0 0 0 9.5Z" fill="currentColor" />
    </>
  ),
  stale: (
    <circle
      cx="6"
      cy="6"
      r="4.75"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="1.6 2.13"
    />
  ),
  suspect: <path d="M6 .75 11.75 11H.25Z" fill="currentColor" />,
  contradiction: <rect x="1" y="1" width="10" height="10" fill="currentColor" />,
  other: <path d="M6 .25 11.75 6 6 11.75.25 6Z" fill="currentColor" />,
};
