import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { TrustState } from "#client/engine.ts";
import { Button } from "../kit/button.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { Icon } from "../kit/icons.tsx";
import { StateBadge, StateShape, stateTextColours } from "../kit/state.tsx";
import type { VerifyOutcome, VerifyVerdict } from "./outcome.ts";

export interface VerifyViewProps {
  /** Undefined while nothing was chosen. */
  readonly outcome: VerifyOutcome | "checking" | undefined;
  readonly fileName: string | undefined;
  readonly onFile: (file: File) => void;
  readonly onReset: () => void;
}

export function VerifyView(props: VerifyViewProps) {
  const t = useTranslations("verify");
  if (props.outcome === undefined) return <Chooser onFile={props.onFile} />;
  if (props.outcome === "checking") return <EmptyState icon="versions" title={t("checking")} />;
  return (
    <div className="flex flex-col gap-6">
      <Verdict outcome={props.outcome} fileName={props.fileName} />
      {props.outcome.steps.length > 0 && (
        <section aria-label={t("steps")}>
          <h2 className="mb-2 text-base font-semibold">{t("steps")}</h2>
          <ul className="flex flex-col divide-y divide-line text-sm">
            {props.outcome.steps.map((step) => (
              <li key={step.label} className="flex items-start gap-3 py-2.5">
                <StateShape
                  state={step.isPassed ? "verified" : "suspect"}
                  className={`mt-1.5 size-2.5 ${stateTextColours[step.isPassed ? "verified" : "suspect"]}`}
                />
                <span className="[overflow-wrap:anywhere]">{step.label}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div>
        <Button onPress={props.onReset}>{t("another")}</Button>
      </div>
    </div>
  );
}

function Verdict({
  outcome,
  fileName,
}: {
  readonly outcome: VerifyOutcome;
  readonly fileName: string | undefined;
}) {
  const t = useTranslations("verify.outcome");
  return (
    <section className="rounded-xl border border-line bg-surface p-6" role="status">
      <StateBadge state={states[outcome.verdict]}>{t(outcome.verdict)}</StateBadge>
      <p className="mt-3 text-lg font-medium text-pretty">
        {t(`${outcome.verdict}Hint`, { accused: outcome.accused ?? "", reason: outcome.reason ?? "" })}
      </p>
      {fileName !== undefined && (
        <p className="mt-2 text-sm text-muted [overflow-wrap:anywhere]">{fileName}</p>
      )}
    </section>
  );
}

function Chooser({ onFile }: { readonly onFile: (file: File) => void }) {
  const t = useTranslations("verify");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined) onFile(file);
      }}
      className={`flex flex-col items-center gap-4 rounded-xl border-2 border-dashed px-6 py-14 text-center transition-colors ${isOver ? "border-accent bg-accent-soft" : "border-line-strong"}`}
    >
      <Icon name="recovery" className="size-8 text-muted" />
      <p className="text-muted">{t("drop")}</p>
      <Button variant="primary" onPress={() => input.current?.click()}>
        {t("choose")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("choose")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = "";
        }}
      />
    </div>
  );
}

const states: Readonly<Record<VerifyVerdict, TrustState>> = {
  consistent: "verified",
  contradiction: "contradiction",
  insufficient: "partial",
  overdue: "suspect",
  unreadable: "stale",
};
