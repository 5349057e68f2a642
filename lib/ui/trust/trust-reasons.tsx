import { useFormatter, useTranslations } from "use-intl";
import type { TrustReason, TrustState, WorkspaceSummary } from "#client/engine.ts";
import { StateShape, stateTextColours } from "../kit/state.tsx";
import { useReasonWords } from "./reason-words.ts";

/** Why the sentence above is not "everything matches", most serious first. */
export function TrustReasons(props: {
  readonly reasons: readonly TrustReason[];
  readonly workspaces: readonly WorkspaceSummary[];
}) {
  const t = useTranslations("trust.reasons");
  const tTitle = useTranslations("doubts.title");
  const reasonWords = useReasonWords();
  const format = useFormatter();
  const [worst] = props.reasons;
  if (worst === undefined) return null;
  const title = tTitle(titles[worst.state]);
  return (
    <section aria-label={title} className="rounded-xl bg-canvas px-5 py-4">
      <h2 className="text-sm font-semibold">{title}</h2>
      <ul className="mt-2.5 flex flex-col gap-3">
        {props.reasons.map((reason) => {
          const workspace = props.workspaces.find(({ id }) => id === reason.workspace);
          const where = workspace === undefined ? [] : [t("inWorkspace", { workspace: workspace.name })];
          const since = t("since", {
            time: format.dateTime(reason.since, { dateStyle: "medium", timeStyle: "short" }),
          });
          return (
            <li
              key={`${reason.code} ${reason.workspace ?? ""} ${reason.detail}`}
              className="flex items-start gap-3 text-sm"
            >
              <StateShape
                state={reason.state}
                className={`mt-1.25 size-2.5 ${stateTextColours[reason.state]}`}
              />
              <div className="min-w-0 max-w-prose">
                <p className="text-pretty">{reasonWords(reason)}</p>
                <p className="text-xs text-muted">{[...where, since, reason.code].join(" · ")}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const titles: Readonly<Record<TrustState, "found" | "doubt" | "late" | "before">> = {
  contradiction: "found",
  suspect: "doubt",
  other: "found",
  stale: "late",
  partial: "before",
  pending: "late",
  verified: "before",
};
