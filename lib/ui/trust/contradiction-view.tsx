import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { ProofFileSummary } from "#client/engine.ts";
import { Button, LinkButton } from "../kit/button.tsx";
import { StateShape } from "../kit/state.tsx";
import { formatRoute } from "../router/route.ts";
import { isOfTwoStatements, useProofKindWords } from "./proof-kind-words.ts";

export interface ContradictionViewProps {
  /** Undefined while the bundle is being put together. */
  readonly proof: ProofFileSummary | undefined;
  readonly workspaceName: string;
  readonly onSaveProof: (id: string) => void;
}

/** What is known, what is not, and what to do; in that order, without alarm and without a way to wave it off. */
export function ContradictionView(props: ContradictionViewProps) {
  const t = useTranslations("trust.contradiction");
  const tCommon = useTranslations("common.actions");
  const kindWords = useProofKindWords();
  const { proof } = props;
  const kind = proof?.kind ?? "";
  // What is about no workspace is about all of them.
  const isAnywhere = proof?.workspace === null;
  const read = isAnywhere ? t("doReadAnywhere") : t("doRead", { workspace: props.workspaceName });
  const steps = [t("doSave"), t("doTell"), read, t("doAdmin")];
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <article className="mx-auto flex max-w-2xl flex-col gap-8 px-5 py-8 md:py-12">
        <header>
          <StateShape state="contradiction" className="size-6 text-contradiction" />
          <h1 className="mt-4 text-2xl font-semibold tracking-tight text-balance text-contradiction">
            {t("title")}
          </h1>
          <p className="mt-3 text-lg text-pretty">
            {kindWords(kind)} {t("anyone")}
          </p>
        </header>
        <div className="flex flex-wrap items-center gap-3">
          {proof === undefined ? (
            <p className="text-sm text-muted" role="status">
              {t("noProof")}
            </p>
          ) : (
            <Button variant="primary" icon="download" onPress={() => props.onSaveProof(proof.id)}>
              {t("saveProof")}
            </Button>
          )}
          <LinkButton variant="quiet" href={formatRoute({ name: "trust", view: "timeline" })}>
            {tCommon("back")}
          </LinkButton>
        </div>
        <div className="grid gap-6 sm:grid-cols-2">
          <Part title={t("meansTitle")}>{t(isOfTwoStatements(kind) ? "means" : "meansOne")}</Part>
          <Part title={t("notMeansTitle")}>{t("notMeans")}</Part>
        </div>
        <section aria-label={t("doTitle")} className="rounded-xl bg-contradiction-soft p-5 sm:p-6">
          <h2 className="text-base font-semibold">{t("doTitle")}</h2>
          <ol className="mt-3 flex list-outside list-decimal flex-col gap-2.5 pl-5 marker:font-semibold marker:text-contradiction">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      </article>
    </div>
  );
}

function Part(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={props.title}>
      <h2 className="text-base font-semibold">{props.title}</h2>
      <p className="mt-1.5 text-muted">{props.children}</p>
    </section>
  );
}
