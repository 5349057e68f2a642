import { useTranslations } from "use-intl";

const KNOWN = [
  "contradiction",
  "staleRead",
  "mapLie",
  "invalidLeaf",
  "missingSlot",
  "twoEpochRecords",
  "refusalContradicted",
  "overdueEpoch",
] as const;

/** What a proof file of this kind proves, as the page that checks it says it. */
export function useProofKindWords(): (kind: string) => string {
  const t = useTranslations("verify.kind");
  const tTrust = useTranslations("trust.sentence");
  return (kind) => {
    const known = KNOWN.find((name) => name === kind);
    return known === undefined ? tTrust("contradiction") : t(known);
  };
}

/** Of two statements, one of which must be wrong; otherwise a single one is wrong by itself. */
export function isOfTwoStatements(kind: string): boolean {
  return kind === "contradiction" || kind === "twoEpochRecords" || kind === "missingSlot";
}
