import { type ReactNode, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { Period, ProofFileSummary, TrustState, TrustSummary, WorkspaceSummary } from "#client/engine.ts";
import { Banner } from "../kit/banner.tsx";
import { Button, LinkButton } from "../kit/button.tsx";
import { Select } from "../kit/select.tsx";
import { StateShape, useStateColour } from "../kit/state.tsx";
import { formatRoute } from "../router/route.ts";
import { PeriodRail } from "./period-rail.tsx";
import { PeriodTable } from "./period-table.tsx";
import { isAboutOlderState } from "./reason-words.ts";
import { TrustReasons } from "./trust-reasons.tsx";
import { TrustSide } from "./trust-side.tsx";

export interface TrustViewProps {
  readonly summary: TrustSummary;
  readonly periods: readonly Period[];
  readonly hasMorePeriods: boolean;
  readonly workspaces: readonly WorkspaceSummary[];
  /** Null shows the periods of all workspaces. */
  readonly workspaceId: string | null;
  readonly proofFiles: readonly ProofFileSummary[];
  readonly onWorkspaceChange: (workspaceId: string | null) => void;
  readonly onOpenPeriod: (epoch: number) => void;
  readonly onMorePeriods: () => void;
  readonly onCheckNow: () => void;
  readonly onSaveProof: (id: string) => void;
  readonly drawer?: ReactNode;
}

export function TrustView(props: TrustViewProps) {
  const t = useTranslations("trust");
  const [state, setState] = useState<TrustState | "all">("all");
  const shown = state === "all" ? props.periods : props.periods.filter((period) => period.state === state);
  return (
    <div className="flex min-h-0 flex-1">
      <div className="min-w-0 flex-1 overflow-auto">
        <div className="@container mx-auto flex max-w-5xl flex-col gap-6 px-4 py-6 md:px-8">
          <Headline {...props} />
          {props.summary.isLocalLedger && <Banner tone="info">{t("side.localLedger")}</Banner>}
          <TrustReasons reasons={props.summary.reasons} workspaces={props.workspaces} />
          <PeriodRail periods={props.periods} onOpen={props.onOpenPeriod} />
          <div className="grid grid-cols-1 gap-6 @4xl:grid-cols-[minmax(0,1fr)_18rem]">
            <section aria-label={t("table.title")} className="min-w-0">
              <div className="mb-3 flex flex-wrap items-center gap-2">
                <h2 className="mr-auto text-base font-semibold max-sm:w-full">{t("table.title")}</h2>
                <WorkspaceFilter {...props} />
                <StateFilter state={state} onChange={setState} />
              </div>
              <PeriodTable
                periods={shown}
                emptyText={props.periods.length === 0 ? t("table.nothingYet") : t("table.empty")}
                onOpen={props.onOpenPeriod}
              />
              {props.hasMorePeriods && (
                <div className="pt-3 text-center">
                  <Button onPress={props.onMorePeriods}>{t("table.more")}</Button>
                </div>
              )}
            </section>
            <TrustSide
              summary={props.summary}
              proofFiles={props.proofFiles}
              onSaveProof={props.onSaveProof}
            />
          </div>
        </div>
      </div>
      {props.drawer}
    </div>
  );
}

function Headline({ summary, workspaces, onCheckNow }: TrustViewProps) {
  const t = useTranslations("trust");
  const tCrash = useTranslations("common.crash");
  const format = useFormatter();
  const colour = useStateColour(summary.state, summary.checkedUpTo);
  const sentence = sentenceOf(summary, workspaces);
  const time =
    summary.checkedUpTo === null
      ? "—"
      : format.dateTime(summary.checkedUpTo, { dateStyle: "medium", timeStyle: "short" });
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-4">
      <div className="min-w-0 flex-1 basis-80">
        <h1 className="text-sm font-medium text-muted">{t("title")}</h1>
        <p className="mt-2 flex items-start gap-3.5 text-xl font-medium tracking-tight text-pretty">
          <StateShape state={summary.state} className={`mt-2 size-4 ${colour}`} />
          <span>{t(`sentence.${sentence}`, { time })}</span>
        </p>
      </div>
      {summary.state === "contradiction" && (
        <LinkButton variant="primary" href={formatRoute({ name: "trust", view: "contradiction" })}>
          {t("contradiction.bannerAction")}
        </LinkButton>
      )}
      {sentence === "expired" && (
        <Button variant="primary" onPress={() => location.reload()}>
          {tCrash("reload")}
        </Button>
      )}
      <Button icon="retry" isDisabled={summary.isChecking} onPress={onCheckNow}>
        {summary.isChecking ? t("side.checking") : t("side.checkNow")}
      </Button>
    </header>
  );
}

function sentenceOf({ state, checkedUpTo, reasons }: TrustSummary, workspaces: readonly WorkspaceSummary[]) {
  if (state !== "suspect" && state !== "stale") return state;
  if (reasons.some((reason) => reason.state === state && isAboutOlderState(reason))) return "older";
  if (state === "suspect")
    return workspaces.some(({ isWritePaused }) => isWritePaused) ? state : "suspectOpen";
  if (reasons.some(({ detail }) => detail === "TrustExpired")) return "expired";
  return checkedUpTo === null ? "staleFromStart" : state;
}

function WorkspaceFilter(props: TrustViewProps) {
  const t = useTranslations("trust.table");
  return (
    <Select
      compact
      label={t("filters.workspace")}
      value={props.workspaceId ?? "all"}
      onChange={(value) => props.onWorkspaceChange(value === "all" ? null : value)}
      options={[
        { value: "all", label: t("all") },
        ...props.workspaces.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

function StateFilter(props: {
  readonly state: TrustState | "all";
  readonly onChange: (state: TrustState | "all") => void;
}) {
  const t = useTranslations("trust.table");
  const tState = useTranslations("state");
  return (
    <Select
      compact
      label={t("filters.state")}
      value={props.state}
      onChange={props.onChange}
      options={[
        { value: "all", label: t("all") },
        ...states.map((value) => ({ value, label: tState(value) })),
      ]}
    />
  );
}

const states: readonly TrustState[] = [
  "verified",
  "pending",
  "partial",
  "stale",
  "suspect",
  "contradiction",
  "other",
];
