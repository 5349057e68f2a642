import { useFormatter, useTranslations } from "use-intl";
import type { TrustState } from "#client/engine.ts";
import { Button } from "../kit/button.tsx";
import { CopyValue } from "../kit/copy-value.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { StateBadge, StateShape, stateTextColours } from "../kit/state.tsx";
import type { VerifyAnchor, VerifyOutcome, VerifyStep, VerifyVerdict } from "./outcome.ts";
import { ProofChooser } from "./proof-chooser.tsx";

export interface VerifyViewProps {
  /** Undefined while nothing was chosen. */
  readonly outcome: VerifyOutcome | "checking" | undefined;
  readonly fileName: string | undefined;
  readonly onFile: (file: File) => void;
  readonly onReset: () => void;
}

export function VerifyView({ outcome, fileName, onFile, onReset }: VerifyViewProps) {
  const t = useTranslations("verify");
  if (outcome === undefined) return <ProofChooser onFile={onFile} />;
  if (outcome === "checking") return <EmptyState icon="versions" title={t("checking")} />;
  return (
    <div className="flex flex-col gap-8">
      <section className="rounded-xl border border-line bg-surface p-6" role="status">
        <StateBadge state={STATES[outcome.outcome]}>{t(`outcome.${outcome.outcome}`)}</StateBadge>
        <Headline outcome={outcome} />
        {outcome.outcome === "witnessWord" && <Conditional verdict={outcome} />}
        {fileName !== undefined && (
          <p className="mt-2 text-sm text-muted [overflow-wrap:anywhere]">{fileName}</p>
        )}
      </section>
      {outcome.outcome !== "unreadable" && (
        <>
          <Facts verdict={outcome} />
          {outcome.anchor !== null && <Anchor anchor={outcome.anchor} isCompared={isCompared(outcome)} />}
          <Steps steps={outcome.steps} />
        </>
      )}
      <div>
        <Button onPress={onReset}>{t("another")}</Button>
      </div>
    </div>
  );
}

function Headline({ outcome }: { readonly outcome: VerifyOutcome }) {
  const t = useTranslations("verify");
  const format = useFormatter();
  return <p className="mt-3 text-lg font-medium text-pretty">{words()}</p>;

  function words(): string {
    switch (outcome.outcome) {
      case "unreadable":
        return t(`fileError.${outcome.error}`);
      case "contradictionProven":
        return outcome.kind === null ? "" : t(`kind.${outcome.kind}`);
      case "consistent":
      case "notEnough":
      case "overdue":
        return t(`outcome.${outcome.outcome}Hint`);
      case "witnessWord":
        return outcome.because === null ? "" : t(`because.${outcome.because}`, { date: dateOf(outcome) });
    }
  }

  function dateOf({ restsOn }: VerifyVerdict): string {
    return restsOn === null ? "" : format.dateTime(new Date(restsOn), { dateStyle: "long" });
  }
}

/** What the file would show on the real ledger, and how to find out. Nobody is named. */
function Conditional({ verdict }: { readonly verdict: VerifyVerdict }) {
  const t = useTranslations("verify");
  const { kind, shows } = verdict;
  return (
    <div className="mt-4 flex flex-col gap-3 text-pretty">
      {shows !== null && <p>{t(`shows.${shows}`)}</p>}
      {shows !== null && shows !== "consistent" && kind !== null && (
        <p className="border-l-2 border-line-strong pl-4">{t(`kind.${kind}`)}</p>
      )}
      <p className="text-sm text-muted">{t("toCompare")}</p>
    </div>
  );
}

/** Whether the proof starts from an anchor that this app's own deployment names. */
function isCompared({ outcome }: VerifyVerdict): boolean {
  return outcome === "contradictionProven" || outcome === "consistent" || outcome === "overdue";
}

/** Whom and what the verdict is about, and as of when it is true. */
function Facts({ verdict }: { readonly verdict: VerifyVerdict }) {
  const t = useTranslations("verify.facts");
  const format = useFormatter();
  const { accused, asOf, log } = verdict;
  if (accused === null && asOf === null) return null;
  return (
    <section className="flex flex-col gap-4">
      {accused !== null && (
        <>
          <div>
            <p className="text-xs text-muted">{t("accused")}</p>
            <p className="font-medium">{t(accused.role)}</p>
          </div>
          {accused.role === "instance" ? (
            <CopyValue name={t("key")} value={accused.key} />
          ) : (
            <CopyValue name={t("deploymentId")} value={accused.id} />
          )}
        </>
      )}
      {log !== null && <CopyValue name={t("log")} value={log} />}
      {asOf !== null && (
        <div>
          <p className="text-xs text-muted">{t("asOf")}</p>
          <p>{format.dateTime(new Date(asOf), { dateStyle: "long", timeStyle: "long" })}</p>
        </div>
      )}
    </section>
  );
}

function Anchor({
  anchor,
  isCompared: compared,
}: {
  readonly anchor: VerifyAnchor;
  readonly isCompared: boolean;
}) {
  const t = useTranslations("verify.anchor");
  const tFacts = useTranslations("verify.facts");
  return (
    <section aria-label={t("title")} className="flex flex-col gap-3 rounded-lg border border-line p-5">
      <h2 className="text-base font-semibold">{t("title")}</h2>
      {compared ? (
        <p className="flex items-start gap-2.5 text-sm text-pretty">
          <StateShape state="verified" className={`mt-1.5 size-2.5 shrink-0 ${stateTextColours.verified}`} />
          {t("compared")}
        </p>
      ) : (
        <p className="text-sm text-muted text-pretty">{t("compare")}</p>
      )}
      <CopyValue name={t("chain")} value={anchor.chainId} />
      <CopyValue name={t("height")} value={String(anchor.height)} />
      <CopyValue name={t("headerHash")} value={anchor.headerHash} />
      <CopyValue name={tFacts("deploymentId")} value={anchor.deployment} />
    </section>
  );
}

/** The proof itself, one step after the other. */
function Steps({ steps }: { readonly steps: readonly VerifyStep[] }) {
  const t = useTranslations("verify");
  return (
    <section aria-label={t("steps")}>
      <h2 className="mb-2 text-base font-semibold">{t("steps")}</h2>
      <ol className="flex flex-col divide-y divide-line text-sm">
        {steps.map((step, place) => {
          const state = step.passed ? "verified" : "suspect";
          return (
            <li key={place} className="flex items-start gap-3 py-2.5">
              <StateShape state={state} className={`mt-1.5 size-2.5 ${stateTextColours[state]}`} />
              <div className="min-w-0">
                <p>
                  {t(`step.${step.name}`)}
                  <span className="sr-only">: {t(step.passed ? "holds" : "fails")}</span>
                </p>
                {step.detail !== "" && (
                  <p className="font-mono text-xs/5 text-muted [overflow-wrap:anywhere]">{step.detail}</p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const STATES: Readonly<Record<VerifyOutcome["outcome"], TrustState>> = {
  consistent: "verified",
  contradictionProven: "contradiction",
  notEnough: "partial",
  overdue: "suspect",
  witnessWord: "suspect",
  unreadable: "stale",
};
