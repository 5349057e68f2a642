import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { EngineError, RecoveryKit } from "#client/engine.ts";
import { Button } from "../kit/button.tsx";
import { ConfirmWord } from "./confirm-word.tsx";
import { StartLayout } from "./start-layout.tsx";

export interface RecoveryKitViewProps {
  readonly kit: RecoveryKit;
  readonly userName: string;
  readonly isChecking: boolean;
  readonly error: EngineError | undefined;
  readonly onConfirm: (word: string) => void;
  readonly onLater: () => void;
}

/** First the words, to be printed or written down; then one of them typed back, without the words in sight. */
export function RecoveryKitView(props: RecoveryKitViewProps) {
  const t = useTranslations("start.recoveryKit");
  const format = useFormatter();
  const [isConfirming, setConfirming] = useState(false);
  if (isConfirming) return <ConfirmWord {...props} onShowAgain={() => setConfirming(false)} />;
  const facts = [
    [t("organization"), props.kit.organizationName],
    [t("person"), props.userName],
    [t("madeOn"), format.dateTime(props.kit.createdAt, { dateStyle: "long" })],
  ] as const;
  return (
    <StartLayout title={t("title")} intro={t("intro")} width="wide">
      <section
        aria-label={t("words")}
        className="break-inside-avoid rounded-xl border border-line bg-surface p-5 shadow-xs sm:p-7 print:shadow-none"
      >
        <dl className="mb-6 flex flex-wrap gap-x-8 gap-y-2 border-b border-line pb-5 text-sm">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt className="text-xs text-muted">{name}</dt>
              <dd translate="no" className="font-medium">
                {value}
              </dd>
            </div>
          ))}
        </dl>
        {/* A browser that translates pages would print words that open nothing. */}
        <ol translate="no" className="grid grid-cols-2 gap-x-6 gap-y-2.5 sm:grid-cols-3 print:grid-cols-3">
          {props.kit.words.map((word, index) => (
            // The same word may stand at two places, so the place is the identity.
            <li key={index} className="flex items-baseline gap-3 font-mono">
              <span className="w-6 shrink-0 text-right text-xs text-muted">{index + 1}</span>
              <span className="text-base">{word}</span>
            </li>
          ))}
        </ol>
      </section>
      <p className="mt-4 text-sm text-muted">{t("keepSafe")}</p>
      <div className="mt-6 flex flex-wrap gap-3 print:hidden">
        <Button variant="primary" onPress={() => setConfirming(true)}>
          {t("next")}
        </Button>
        <Button icon="print" onPress={() => globalThis.print()}>
          {t("print")}
        </Button>
        <Button variant="quiet" onPress={props.onLater}>
          {t("later")}
        </Button>
      </div>
    </StartLayout>
  );
}
