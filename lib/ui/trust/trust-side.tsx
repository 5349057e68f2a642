import type { ReactNode } from "react";
import { Link } from "react-aria-components";
import { useFormatter, useTranslations } from "use-intl";
import type { ProofFileSummary, TrustSummary } from "#client/engine.ts";
import { Button, focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";

export function TrustSide(props: {
  readonly summary: TrustSummary;
  readonly proofFiles: readonly ProofFileSummary[];
  readonly onSaveProof: (id: string) => void;
}) {
  const t = useTranslations("trust.side");
  const tShell = useTranslations("shell");
  return (
    <div className="grid content-start gap-4 @lg:grid-cols-2 @4xl:grid-cols-1">
      <Card title={t("proofs")} hint={t("proofsHint")}>
        {props.proofFiles.length === 0 ? (
          <p className="text-sm">{t("noProofs")}</p>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {props.proofFiles.map((file) => (
              <ProofFileLine key={file.id} file={file} onSave={() => props.onSaveProof(file.id)} />
            ))}
          </ul>
        )}
      </Card>
      <Card title={t("compare")} hint={t("compareHint")}>
        <p className="text-sm">
          {props.summary.devicesKnown > 1
            ? t("devices", { agree: props.summary.devicesConfirmed, total: props.summary.devicesKnown })
            : tShell("notYet")}
        </p>
      </Card>
      <Card title={t("version")} hint={t("versionHint")}>
        <Link
          href="/release.json"
          className={classNames("rounded-sm text-sm text-accent underline underline-offset-4", focusRing)}
        >
          {t("versionLink")}
        </Link>
      </Card>
    </div>
  );
}

function ProofFileLine({ file, onSave }: { readonly file: ProofFileSummary; readonly onSave: () => void }) {
  const t = useTranslations("trust.side");
  const format = useFormatter();
  return (
    <li className="flex items-center gap-3 py-2">
      <div className="min-w-0 grow">
        <p className="text-sm font-medium">{t(`accused.${file.accused}`)}</p>
        <p className="truncate text-xs text-muted">
          {t("found", { time: format.dateTime(file.foundAt, { dateStyle: "medium", timeStyle: "short" }) })}
        </p>
      </div>
      <Button icon="download" onPress={onSave}>
        {t("save")}
      </Button>
    </li>
  );
}

function Card(props: { readonly title: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <section className="rounded-xl border border-line p-4">
      <h2 className="text-sm font-semibold">{props.title}</h2>
      <p className="mt-0.5 mb-3 text-xs text-muted">{props.hint}</p>
      {props.children}
    </section>
  );
}
