import { Link } from "react-aria-components";
import { useFormatter, useNow, useTranslations } from "use-intl";
import type { TrustState } from "#client/engine.ts";
import { focusRing } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { StateShape, useStateColour } from "./state.tsx";

/** What the status line on every page says. Times are milliseconds since 1970. */
export interface StatusSummary {
  readonly state: TrustState;
  /** Whether changes of this device wait that do not get through: then nothing is as it should be, checked or not. */
  readonly isUnsent: boolean;
  readonly sinceMs: number | undefined;
  readonly notaries: { readonly agree: number; readonly total: number } | undefined;
  readonly teammates: { readonly agree: number; readonly total: number } | undefined;
}

/** Text first; the whole line leads to Trust. */
export function StatusLine({ summary, href }: { readonly summary: StatusSummary; readonly href: string }) {
  const t = useTranslations("state");
  const words = useStatusWords(summary);
  const state = isOtherwiseWell(summary) ? "stale" : summary.state;
  const colour = useStateColour(state, summary.sinceMs);
  return (
    <Link
      href={href}
      className={classNames(
        "inline-flex min-w-0 items-center gap-2 rounded-md px-2 py-1 text-sm text-muted transition-colors data-hovered:bg-hover",
        focusRing,
      )}
    >
      <StateShape state={state} className={classNames("size-2.5", colour)} />
      <span className="truncate">
        <span className={classNames("font-medium", colour)}>{words[0]}</span>
        {words.slice(1).map((word) => (
          <span key={word} className="max-sm:hidden">
            {" · "}
            {word}
          </span>
        ))}
      </span>
      <span className="sr-only">, {t("openTrust")}</span>
    </Link>
  );
}

/** What is more serious than waiting is said instead. */
function isOtherwiseWell({ state, isUnsent }: StatusSummary): boolean {
  return isUnsent && (state === "verified" || state === "pending" || state === "partial");
}

function useStatusWords(summary: StatusSummary): readonly string[] {
  const t = useTranslations("state");
  const format = useFormatter();
  const now = useNow();
  const { sinceMs } = summary;
  const day = { dateStyle: "medium" } as const;
  const time =
    sinceMs === undefined
      ? undefined
      : format.dateTime(
          sinceMs,
          // A time alone is read as one of today.
          format.dateTime(sinceMs, day) === format.dateTime(now, day)
            ? { timeStyle: "short" }
            : { ...day, timeStyle: "short" },
        );
  const words = [stateWord()];
  if (summary.notaries !== undefined) words.push(t("notaries", { ...summary.notaries }));
  if (summary.teammates !== undefined) words.push(t("teammates", { ...summary.teammates }));
  return words;

  function stateWord(): string {
    if (isOtherwiseWell(summary)) return t("unsent");
    if (time !== undefined && summary.state === "verified") return t("checkedUpTo", { time });
    if (time !== undefined && summary.state === "stale") return t("staleSince", { time });
    return t(summary.state);
  }
}
