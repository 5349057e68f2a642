"use client";

import { useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { LocaleProvider } from "../i18n/locale-provider.tsx";
import { BusyPage } from "../shell/busy-page.tsx";
import { StartLayout } from "../start/start-layout.tsx";
import type { VerifyOutcome } from "./outcome.ts";
import { VerifyView } from "./verify-view.tsx";

/** Checks a proof file in this page. Handed in, because the verifier shares no code with the app. */
export type VerifyProof = (file: Uint8Array) => Promise<VerifyOutcome>;

export function VerifyScreen({ verify }: { readonly verify: VerifyProof }) {
  const isInBrowser = useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
  if (!isInBrowser) return <BusyPage />;
  return (
    <LocaleProvider>
      <Page verify={verify} />
    </LocaleProvider>
  );
}

function Page({ verify }: { readonly verify: VerifyProof }) {
  const t = useTranslations("verify");
  const [outcome, setOutcome] = useState<VerifyOutcome | "checking">();
  const [fileName, setFileName] = useState<string>();
  return (
    <StartLayout title={t("title")} intro={t("intro")} width="wide">
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
    </StartLayout>
  );
}

/** Nothing larger is read into memory. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

async function check(file: File, verify: VerifyProof): Promise<VerifyOutcome> {
  if (file.size > MAX_FILE_BYTES) return { outcome: "unreadable", error: "tooLarge" };
  const bytes = await file.arrayBuffer().catch(() => undefined);
  if (!bytes) return { outcome: "unreadable", error: "unreadableFile" };
  return verify(new Uint8Array(bytes));
}
