import { useTranslations } from "use-intl";
import type { TrustReason } from "#client/engine.ts";
import { parseClockDetail } from "#client/ledger/clocks.ts";
import { useClockWords } from "../clock-words.ts";
import type { en } from "../messages/en.ts";
import { useProofKindWords } from "./proof-kind-words.ts";

/** What was noticed, in one sentence of the reader's language and what helps. */
export function useReasonWords(): (reason: TrustReason) => string {
  const t = useTranslations("doubts");
  const tState = useTranslations("state");
  const kindWords = useProofKindWords();
  const clockWords = useClockWords();
  return (reason) => {
    if (reason.state === "contradiction") return kindWords(reason.detail);
    if (reason.state === "other") return tState(reason.state);
    const clockFault = parseClockDetail(reason.detail);
    return clockFault ? clockWords(clockFault) : t(doubtOf(reason));
  };
}

/** Whether the server seems to have gone back to what it was before. */
export function isAboutOlderState({ detail }: TrustReason): boolean {
  const words = ABOUT.get(detail);
  return words === "LedgerOlder" || words === "ServerOlder" || words === "DeviceUnknown";
}

type Doubts = (typeof en)["doubts"];
type Doubt =
  | "unreachable"
  | `about.${keyof Doubts["about"]}`
  | `withheld.${keyof Doubts["withheld"]}`
  | `check.${keyof Doubts["check"]}`;

/** Which words a reason is told in: by what was noticed where that is known, else by its check; never by its code. */
export function doubtOf({ code, state, detail }: TrustReason): Doubt {
  const proof = WITHHELD.get(detail);
  if (proof !== undefined) return `withheld.${proof}`;
  // What follows the colon is for developers.
  const words = ABOUT.get(detail) ?? ABOUT.get(detail.split(":")[0] ?? detail);
  if (words !== undefined) return `about.${words}`;
  return state === "stale" ? "unreachable" : `check.${code}`;
}

const WITHHELD = new Map<string, keyof Doubts["withheld"]>(
  Object.entries({
    "ProofsWithheld: seal": "seal",
    "ProofsWithheld: leafHashes": "leafHashes",
    "ProofsWithheld: replay": "replay",
    "ProofsWithheld: organization": "organization",
    "ProofsWithheld: genesis": "genesis",
    "ProofsWithheld: head": "head",
    "ProofsWithheld: entries": "entries",
    "ProofsWithheld: authority": "authority",
    "ProofsWithheld: ownRecord": "ownRecord",
    AuthorityWithheld: "authority",
    AuthorityMissing: "authority",
    LeavesMissing: "organization",
  } as const),
);

const ABOUT = new Map<string, keyof Doubts["about"]>(
  Object.entries({
    Removed: "Removed",
    ProofsWithheld: "ProofsWithheld",
    ServerOlder: "ServerOlder",
    DeviceUnknown: "DeviceUnknown",
    BundleBehindTrust: "LedgerOlder",
    LedgerEpochsShrank: "LedgerOlder",
    LedgerWithheld: "LedgerOlder",
    LedgerSilentOnDeployment: "LedgerOlder",
    LedgerEpochRewritten: "LedgerEpochRewritten",
    LedgerEpochMissing: "LedgerEpochMissing",
    LedgerRefused: "LedgerForged",
    ServerFailed: "LedgerNotPassedOn",
    ReplyMalformed: "AnswerMissing",
    ReplyTooLarge: "AnswerMissing",
    EpochOverdue: "EpochOverdue",
    ReceiptNotSealed: "ReceiptNotSealed",
    ReceiptBeyondSeal: "ReceiptBeyondSeal",
    OperationBelowNoSeal: "OperationBelowNoSeal",
    EpochRecordDiffers: "EpochRecordDiffers",
    EpochUnsigned: "EpochUnsigned",
    EpochSignatureWrong: "EpochSignatureWrong",
    OperationUnanswered: "OperationUnanswered",
    InstanceSignatureMissing: "InstanceSignatureMissing",
    LedgerSilent: "LedgerSilent",
    NotChecked: "NotChecked",
    JournalIncomplete: "JournalIncomplete",
    TrustExpired: "TrustExpired",
    HeaderFromFuture: "HeaderFromFuture",
  } as const),
);
