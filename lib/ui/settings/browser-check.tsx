import { useState } from "react";
import { useTranslations } from "use-intl";
import type { BrowserCheckReport } from "#client/browser-check/checks.ts";
import { Button } from "../kit/button.tsx";
import { FactList } from "../kit/fact-list.tsx";
import { StateBadge } from "../kit/state.tsx";
import { checkThisBrowser } from "./check-this-browser.ts";

type CheckState =
  | { readonly status: "idle" | "running" }
  | { readonly status: "done"; readonly report: BrowserCheckReport }
  | { readonly status: "failed"; readonly reason: string };

export function BrowserCheck() {
  const t = useTranslations("settings.about");
  const [state, setState] = useState<CheckState>({ status: "idle" });
  const run = () => {
    setState({ status: "running" });
    checkThisBrowser().then(
      (report) => setState({ status: "done", report }),
      (error: unknown) =>
        setState({ status: "failed", reason: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <p className="min-w-0 flex-1 basis-64 text-sm text-muted">{t("checkHint")}</p>
        <Button onPress={run} isDisabled={state.status === "running"}>
          {state.status === "running" ? t("checking") : t("check")}
        </Button>
      </div>
      <div role="status" className="mt-2">
        {state.status === "done" && <Report report={state.report} />}
        {state.status === "failed" && (
          <p className="text-sm text-suspect">{t("cannotRun", { reason: state.reason })}</p>
        )}
      </div>
    </div>
  );
}

function Report({ report }: { readonly report: BrowserCheckReport }) {
  const t = useTranslations("settings.about");
  const badge = (isGood: boolean) => (
    <StateBadge state={isGood ? "verified" : "suspect"}>{isGood ? t("passed") : t("failed")}</StateBadge>
  );
  return (
    <FactList
      facts={[
        { name: t("hash"), value: badge(report.hash === "passed") },
        { name: t("signature"), value: badge(report.signature === "passed") },
        { name: t("forgery"), value: badge(report.forgeryRefused === "passed") },
        { name: t("isolated"), value: badge(report.isolated) },
      ]}
    />
  );
}
