"use client";

import { useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { LocaleProvider } from "../i18n/locale-provider.tsx";
import { BusyPage } from "../shell/busy-page.tsx";
import { StartLayout } from "../start/start-layout.tsx";
import type { VerifyOutcome } from "./outcome.ts";
import { VerifyView } from "./verify-view.tsx";

/** Checks a proof file in this page. Handed in, because the verifier shares no code with the app. */
export type VerifyProof = (bytes: Uint8Array<ArrayBuffer>) => Promise<VerifyOutcome>;

export function VerifyScreen(props: { readonly verify: VerifyProof | undefined }) {
  const isInBrowser = useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
  if (!isInBrowser) return <BusyPage />;
  return (
    <LocaleProvider>
      <Page verify={props.verify} />
    </LocaleProvider>
  );
}

function Page({ verify }: { readonly verify: VerifyProof | undefined }) {
  const t = useTranslations("verify");
  const tShell = useTranslations("shell");
  const [outcome, setOutcome] = useState<VerifyOutcome | "checking">();
  const [fileName, setFileName] = useState<string>();
  return (
    <StartLayout title={t("title")} intro={t("intro")} width="wide">
      {verify === undefined ? (
        <p role="status">{tShell("notYet")}</p>
      ) : (
        <VerifyView
          outcome={outcome}
          fileName={fileName}
          onFile={(file) => {
            setFileName(file.name);
            setOutcome("checking");
            void check(file, verify).then(setOutcome);
          }}
          onReset={() => setOutcome(undefined)}
        />
      )}
    </StartLayout>
  );
}

async function check(file: File, verify: VerifyProof): Promise<VerifyOutcome> {
  try {
    return await verify(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { verdict: "unreadable", accused: null, reason, steps: [] };
  }
}
