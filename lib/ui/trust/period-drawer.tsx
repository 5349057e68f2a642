import type { ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { PeriodDetails, PeriodOperation, TrustState } from "#client/engine.ts";
import { Drawer } from "../kit/drawer.tsx";
import { Skeleton } from "../kit/empty-state.tsx";
import { StateBadge, StateShape, stateTextColours } from "../kit/state.tsx";
import { useLogName } from "./log-name.ts";
import { isKnownOperation } from "./operation-kinds.ts";
import { PeriodTechnical } from "./period-technical.tsx";
import { type SameCheck, sameChecks } from "./same-checks.ts";

export interface PeriodDrawerProps {
  /** Undefined while loading. */
  readonly period: PeriodDetails | undefined;
  readonly onClose: () => void;
}

export function PeriodDrawer({ period, onClose }: PeriodDrawerProps) {
  const t = useTranslations("trust.period");
  const format = useFormatter();
  const sealedAt = period?.sealedAt ?? null;
  const title =
    sealedAt === null
      ? t("openTitle")
      : t("title", { time: format.dateTime(sealedAt, { dateStyle: "medium", timeStyle: "short" }) });
  return (
    <Drawer title={title} isOpen onClose={onClose}>
      {period === undefined ? <Skeleton className="h-24 w-full" /> : <PeriodBody period={period} />}
    </Drawer>
  );
}

function PeriodBody({ period }: { readonly period: PeriodDetails }) {
  const t = useTranslations("trust.period");
  const format = useFormatter();
  return (
    <div className="flex flex-col gap-7">
      <div>
        <StateBadge state={period.state} />
      </div>
      <Part title={t("happened")}>
        {period.operations.length === 0 ? (
          <p className="text-sm text-muted">{t("nothing")}</p>
        ) : (
          <ul className="flex flex-col gap-3">
            {period.operations.map((operation) => (
              <Operation
                key={`${operation.at} ${operation.kind} ${operation.index ?? ""}`}
                operation={operation}
              />
            ))}
          </ul>
        )}
      </Part>
      <Part title={t("seal")}>
        <p className="text-sm">
          {period.sealedAt === null
            ? t("notSealed")
            : t("sealedAt", {
                time: format.dateTime(period.sealedAt, { dateStyle: "long", timeStyle: "medium" }),
              })}
        </p>
        <ul className="mt-2 flex flex-col gap-1.5">
          {period.notaries.map((notary) => (
            <li key={notary.address} className="flex items-center gap-2.5 text-sm">
              <StateShape
                state={notary.hasSigned ? "verified" : "stale"}
                className={`size-2.5 ${stateTextColours[notary.hasSigned ? "verified" : "stale"]}`}
              />
              <span className="truncate font-mono text-xs">{notary.address.slice(0, 12)}</span>
              <span className="text-muted">{notary.hasSigned ? t("notarySigned") : t("notaryMissing")}</span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t("checks")}>
        <ul className="flex flex-col gap-3">
          {sameChecks(period.checks).map((same) => (
            <Check key={`${same.check.code} ${same.check.workspace ?? ""}`} {...same} />
          ))}
        </ul>
      </Part>
      {period.technical !== null && <PeriodTechnical epoch={period.epoch} technical={period.technical} />}
    </div>
  );
}

function Operation({ operation }: { readonly operation: PeriodOperation }) {
  const t = useTranslations("trust.operations");
  const format = useFormatter();
  const logName = useLogName();
  const unnamed = operation.workspaceName === "" ? t("account") : t("noSubject");
  const subject = operation.subjects.length === 0 ? unnamed : format.list([...operation.subjects]);
  const kind = isKnownOperation(operation.kind) ? operation.kind : "other";
  const [state, word] = foundness(operation.isFound);
  return (
    <li className="flex items-start gap-2.5 text-sm">
      <Mark state={state} />
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">{t(kind, { subject })}</p>
        <p className="text-xs text-muted">
          {format.dateTime(operation.at, { timeStyle: "short" })} · {logName(operation.workspaceName)} ·{" "}
          {t(word)}
        </p>
      </div>
    </li>
  );
}

function foundness(isFound: boolean | null): readonly [TrustState, "found" | "missing" | "unknown"] {
  if (isFound === null) return ["pending", "unknown"];
  return isFound ? ["verified", "found"] : ["suspect", "missing"];
}

function Check({ check, names }: SameCheck) {
  const t = useTranslations("trust");
  const format = useFormatter();
  const logName = useLogName();
  const { coverage } = check;
  const result = check.detail === "OnlyDevice" ? "onlyDevice" : checkResults[check.state];
  const words =
    coverage === null || check.state === "verified"
      ? t(`period.${result}`)
      : t(check.state === "partial" ? "period.tooLong" : "period.coverage", coverage);
  return (
    <li className="flex items-start gap-2.5 text-sm">
      <Mark state={check.state} />
      <div className="min-w-0">
        <p>{t(`checks.${check.code}`)}</p>
        <p className="text-xs text-muted">
          {words} · {check.code}
          {names.length > 0 && ` · ${format.list(names.map(logName))}`}
        </p>
      </div>
    </li>
  );
}

const checkResults: Readonly<Record<TrustState, "passed" | "failed" | "partly" | "notRun">> = {
  verified: "passed",
  pending: "notRun",
  partial: "partly",
  stale: "notRun",
  suspect: "failed",
  contradiction: "failed",
  other: "failed",
};

function Mark({ state }: { readonly state: TrustState }) {
  return <StateShape state={state} className={`mt-1.5 size-2.5 ${stateTextColours[state]}`} />;
}

function Part(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-2.5 text-sm font-semibold">{props.title}</h3>
      {props.children}
    </div>
  );
}
