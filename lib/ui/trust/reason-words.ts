import { useTranslations } from "use-intl";
import type { TrustReason } from "#client/engine.ts";
import { parseClockDetail } from "#client/ledger/clocks.ts";
import { useClockWords } from "../clock-words.ts";
import { useProofKindWords } from "./proof-kind-words.ts";

/** Proofs that may be kept back, as `ProofsWithheld: …` names them. */
const WITHHELD = [
  "seal",
  "leafHashes",
  "replay",
  "organization",
  "genesis",
  "head",
  "entries",
  "authority",
  "ownRecord",
] as const;

const KNOWN = [
  "Removed",
  "ProofsWithheld",
  "EpochOverdue",
  "ReceiptNotSealed",
  "ReceiptBeyondSeal",
  "OperationBelowNoSeal",
  "EpochRecordDiffers",
  "EpochUnsigned",
  "EpochSignatureWrong",
  "OperationUnanswered",
  "InstanceSignatureMissing",
  "LedgerSilent",
  "LedgerWithheld",
  "NotChecked",
  "JournalIncomplete",
  "TrustExpired",
  "HeaderFromFuture",
] as const;

/** What was noticed, in one sentence of the reader's language. */
export function useReasonWords(): (reason: TrustReason) => string {
  const t = useTranslations("doubts");
  const tState = useTranslations("state");
  const kindWords = useProofKindWords();
  const clockWords = useClockWords();
  return ({ code, state, detail }) => {
    if (state === "contradiction") return kindWords(detail);
    if (state === "other") return tState(state);
    const withheld = WITHHELD.find((proof) => detail === `ProofsWithheld: ${proof}`);
    if (withheld !== undefined) return t(`withheld.${withheld}`);
    const clockFault = parseClockDetail(detail);
    if (clockFault) return clockWords(clockFault);
    // What follows the colon is for developers.
    const known = KNOWN.find((name) => detail === name || detail.startsWith(`${name}:`));
    if (known !== undefined) return t(`about.${known}`);
    return state === "stale" ? t("unreachable") : t(`check.${code}`);
  };
}
