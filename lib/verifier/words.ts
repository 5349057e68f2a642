import type { ProofFileError } from "./proof-file.ts";
import type { Accused, Kind, StepName, Verdict } from "./verdict.ts";

/** Plain sentences, for a terminal and for the report in a proof file. */
export function describeVerdict(verdict: Verdict): readonly string[] {
  return [headlineOf(verdict), ...factsOf(verdict), "", "Step by step:", ...verdict.steps.map(lineOf)];
}

function headlineOf(verdict: Verdict): string {
  switch (verdict.outcome) {
    case "contradictionProven":
      return `CONTRADICTION PROVEN. ${KINDS[verdict.kind]}`;
    case "overdue":
      return `OVERDUE. ${KINDS[verdict.kind]} This proves no lie.`;
    case "consistent":
      return "CONSISTENT. Everything in this file holds, and nothing in it contradicts anything else.";
    case "witnessWord":
      return `THE WITNESS'S WORD. ${unfounded(verdict)}`;
    case "notEnough":
      return "NOT ENOUGH. This file proves nothing: its last step below does not hold.";
  }
}

function unfounded({ because, restsOn }: Verdict & { readonly outcome: "witnessWord" }): string {
  switch (because) {
    case "notCompared":
      return "The ledger in this file was compared with no anchor: whoever made the file may have invented it.";
    case "otherDeployment":
      return "Your anchors are of another ledger or deployment than this file, and say nothing about it.";
    case "notListed":
      return "None of your anchors leads to the ledger in this file: whoever made the file may have invented it.";
    case "oldValidators":
      return `The ledger in this file rests on the validators of ${restsOn?.slice(0, 10)}: whoever has their keys by now may have made it up.`;
  }
}

function factsOf(verdict: Verdict): readonly string[] {
  const { log, asOf } = verdict;
  const shows = verdict.outcome === "witnessWord" ? ["Nobody is accused.", ...shownBy(verdict)] : [];
  const accused = "accused" in verdict ? [`Accused: ${accusedInWords(verdict.accused)}`] : [];
  const ofLog = log === null ? [] : [`Log: ${log}`];
  const time = asOf === null ? [] : [`As of: ${asOf}, the time of the newest ledger header in this file.`];
  return [...shows, ...accused, ...ofLog, ...time, ...startOf(verdict)];
}

function shownBy({ kind, shows }: Verdict & { readonly outcome: "witnessWord" }): readonly string[] {
  if (shows === "consistent")
    return ["If that ledger is the real one, nothing in this file contradicts anything else."];
  return ["If that ledger is the real one, this file shows:", `  ${KINDS[kind]}`];
}

function startOf({ outcome, anchor }: Verdict): readonly string[] {
  if (anchor === null) return [];
  const values = [
    `  chain ${anchor.chainId}, height ${anchor.height}`,
    `  header hash ${anchor.headerHash}`,
    `  deployment  ${anchor.deployment}`,
  ];
  if (outcome === "consistent" || outcome === "contradictionProven" || outcome === "overdue") {
    return ["", "All of this follows from this anchor of yours:", ...values];
  }
  return [
    "",
    "Compare the ledger with an anchor from a source of your own, and not from whoever gave you this file:",
    "  --anchor FILE, such as the deployment.json on the app's own origin, or a list of anchors that you keep",
    "  --anchor CHAIN HEIGHT HEADER-HASH DEPLOYMENT, such as those of an invitation link",
    "The file says of itself that it starts from:",
    ...values,
  ];
}

function accusedInWords(accused: Accused): string {
  return accused.role === "instance"
    ? `the server instance with the key ${accused.key}`
    : `the deployment ${accused.id} (its instances together, or those who run it)`;
}

function lineOf({ name, passed, detail }: Verdict["steps"][number]): string {
  return `  ${passed ? "yes" : "NO "}  ${STEPS[name]}${detail === "" ? "" : ` (${detail})`}`;
}

export function describeProofFileError(error: ProofFileError): string {
  return FILE_ERRORS[error];
}

const KINDS: Readonly<Record<Kind, string>> = {
  contradiction: "The server vouched for two heads of one log that no one log can have.",
  staleRead: "A read of the newest version got an older one, although the newer had been written before.",
  mapLie: "The server stamped a state of the log that does not follow from the log.",
  invalidLeaf: "The server appended a record that no honest server appends.",
  missingSlot: "A log that was in one seal is missing from a later one.",
  twoEpochRecords: "Two different seals were signed for one and the same period.",
  refusalContradicted: "The server refused a record for a reason that is not true.",
  overdueEpoch: "A seal that was due is not on the ledger.",
};

const STEPS: Readonly<Record<StepName, string>> = {
  signaturesCanBeChecked: "This program can check signatures here, by the rule that Holdfast signs by.",
  evidenceIsReadable: "The file is evidence in its one permitted form.",
  anchorIsTheExpected: "This ledger follows from an anchor that you named.",
  bundleIsReadable: "What the file holds of the ledger is readable.",
  headersFollowFromAnchor: "The ledger's headers follow from an anchor, signed by its validators.",
  deploymentIsOnLedger: "The ledger knows the deployment, by the newest header.",
  registryIsComplete: "These are all the instance keys that the ledger has registered for it.",
  epochsAreAnchored: "The seals in the file are the ones on the ledger.",
  genesisIsTheLogs: "The log's first record says what log this is and whose.",
  headIsVouchedFor: "The server vouched for this head of the log.",
  otherHeadIsVouchedFor: "The server vouched for the other head of the log.",
  leafIsIncluded: "The record stands in that log.",
  leafBeforeIsIncluded: "So does the record before it.",
  otherLeafIsIncluded: "So does the other record.",
  entriesAreProven: "These entries of the log's state are proven.",
  organizationIsVouchedFor: "The server vouched for this head of the organization's log.",
  recordIsReadable: "The record is readable and of the kind that the claim is about.",
  openingIsTheRecords: "What was asked for is what the record commits to.",
  resultsAreTheStamps: "What was answered is what the server's stamp commits to.",
  slotIsInEarlierEpoch: "The log has its place in the earlier seal.",
  epochRecordIsSigned: "A registered instance signed this seal.",
  otherEpochRecordIsSigned: "A registered instance signed the other seal.",
  refusalIsSigned: "A registered instance signed the refusal.",
  refusedRecordIsThisOne: "The record in the file is the one that was refused.",
  prefixIsProven: "The longer head is proven to have this root at the smaller size.",
  evidenceSuffices: "The file has what the next step needs.",
  headsCannotBothBeTrue: "The two heads cannot both be true.",
  readWasStale: "The newer version had been written before the read.",
  mapRootIsWrong: "The stamped state is not what follows.",
  leafIsInvalid: "No honest server appends this record.",
  slotIsGone: "The log has no place in the later seal.",
  epochRecordsDiffer: "The two seals are of one period, and differ.",
  refusalIsUntrue: "The reason given is not true of the head that the refusal itself names.",
  epochIsOverdue: "The ledger's time has passed the latest moment for this seal.",
};

const FILE_ERRORS: Readonly<Record<ProofFileError, string>> = {
  tooLarge: "The file is larger than any proof file.",
  notAnArchive: "The file is neither evidence nor a whole ZIP archive.",
  noSingleEvidence: "The archive does not hold exactly one evidence.cbor.",
  unsupportedArchive: "The archive is encrypted or packed in a way that is not supported.",
  damagedArchive: "The archive is damaged.",
};
