import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ProofFileSummary } from "#client/engine.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { formatRoute } from "../router/route.ts";
import { useProofKindWords } from "./proof-kind-words.ts";

const SEEN_KEY = "holdfast.contradictionsSeen";

/** One modal once for each contradiction; from then on the banner stays. */
export function ContradictionAlert({ proof }: { readonly proof: ProofFileSummary | undefined }) {
  const t = useTranslations("trust.contradiction");
  const kindWords = useProofKindWords();
  const [seen, setSeen] = useState(readSeen);
  if (proof === undefined || seen.includes(proof.id)) return null;
  const close = () => {
    const next = [...seen, proof.id];
    setSeen(next);
    writeSeen(next);
  };
  return (
    <Dialog
      isOpen
      size="medium"
      title={t("title")}
      onClose={close}
      footer={
        <Button
          variant="primary"
          onPress={() => {
            close();
            location.hash = formatRoute({ name: "trust", view: "contradiction" });
          }}
        >
          {t("bannerAction")}
        </Button>
      }
    >
      <p role="alert">
        {kindWords(proof.kind)} {t("anyone")}
      </p>
      <p className="mt-3 text-muted">{t("notMeans")}</p>
    </Dialog>
  );
}

function readSeen(): readonly string[] {
  try {
    return (localStorage.getItem(SEEN_KEY) ?? "").split(" ");
  } catch {
    return [];
  }
}

function writeSeen(ids: readonly string[]): void {
  try {
    localStorage.setItem(SEEN_KEY, ids.join(" "));
  } catch {
    // Without storage the modal comes again after a reload, which is the safe side.
  }
}
