import { useFormatter, useTranslations } from "use-intl";
import type { TrustReason, WorkspaceSummary } from "#client/engine.ts";
import { StateShape, stateTextColours } from "../kit/state.tsx";

/** Why the sentence above is not "everything matches", most serious first. */
export function TrustReasons(props: {
  readonly reasons: readonly TrustReason[];
  readonly workspaces: readonly WorkspaceSummary[];
}) {
  const t = useTranslations("trust");
  const tState = useTranslations("state");
  const format = useFormatter();
  if (props.reasons.length === 0) return null;
  const isProven = props.reasons.some(({ state }) => state === "contradiction");
  const title = t(isProven ? "reasons.proven" : "reasons.title");
  return (
    <section aria-label={title} className="rounded-xl bg-canvas px-5 py-4">
      <h2 className="text-sm font-semibold">{title}</h2>
      <ul className="mt-2 flex flex-col gap-2">
        {props.reasons.map((reason) => {
          const workspace = props.workspaces.find(({ id }) => id === reason.workspace);
          const where =
            workspace === undefined ? [] : [t("reasons.inWorkspace", { workspace: workspace.name })];
          const since = t("reasons.since", {
            time: format.dateTime(reason.since, { dateStyle: "medium", timeStyle: "short" }),
          });
          return (
            <li key={`${reason.code} ${reason.workspace ?? ""}`} className="flex items-start gap-3 text-sm">
              <StateShape
                state={reason.state}
                className={`mt-1.5 size-2.5 ${stateTextColours[reason.state]}`}
              />
              <span>
                {reason.state === "contradiction" ? tState("contradiction") : t(`checks.${reason.code}`)}
                <span className="text-muted"> · {[...where, since].join(" · ")}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
