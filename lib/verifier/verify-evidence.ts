import { type Anchor, ascending } from "./anchor.ts";
import { type Bytes, equal, hex, isZero } from "./bytes.ts";
import type { Case, Finding, Ledger } from "./case.ts";
import { judgeContradiction } from "./claims/contradiction.ts";
import { judgeMissingSlot, judgeOverdueEpoch, judgeTwoEpochRecords } from "./claims/epochs.ts";
import { judgeInvalidLeaf } from "./claims/invalid-leaf.ts";
import { judgeMapLie } from "./claims/map-lie.ts";
import { judgeRefusal } from "./claims/refusal.ts";
import { judgeStaleRead } from "./claims/stale-read.ts";
import { isFaithful } from "./ed25519.ts";
import { type Claim, type Evidence, parseEvidence } from "./evidence.ts";
import { logIdOf, parseRecord } from "./record.ts";
import { NotEnough, Steps } from "./steps.ts";
import type { Verdict } from "./verdict.ts";
import { verifyLedger } from "./verify-ledger.ts";

export interface VerifyOptions {
  /** Anchors from a source of the reader's own, in any order; of two headers of one height none may be the chain's. */
  readonly anchors?: readonly Anchor[];
}

/**
 * What a file of evidence proves to somebody who trusts nothing but ledger anchors of his own. Without them, and where
 * the file does not follow from them, nobody is accused. Never rejects: what cannot be followed is "not enough".
 */
export async function verifyEvidence(file: Bytes, options: VerifyOptions = {}): Promise<Verdict> {
  const steps = new Steps();
  let evidence: Evidence | undefined;
  let ledger: Ledger | undefined;
  try {
    steps.need("signaturesCanBeChecked", await isFaithful());
    evidence = steps.need("evidenceIsReadable", parseEvidence(file), `${file.length} bytes`);
    ledger = await verifyLedger(steps, evidence, ascending(options.anchors ?? []));
    const { claim, log, organization } = evidence;
    const logKind = logKindOf(steps, evidence);
    const { contradicts, accused } = await judge({ steps, ledger, log, organization, logKind }, claim);
    const judged = {
      ...partsOf(evidence),
      asOf: timeOf(ledger.asOfNs),
      anchor: inWords(ledger.start),
      steps: steps.list,
    };
    const { foundation } = ledger;
    if (foundation.kind !== "compared") {
      const shows = !contradicts ? "consistent" : claim.kind === "overdueEpoch" ? "overdue" : "contradiction";
      const restsOn = foundation.kind === "oldValidators" ? timeOf(foundation.sinceNs) : null;
      return { outcome: "witnessWord", ...judged, because: foundation.kind, restsOn, shows };
    }
    if (!contradicts) return { outcome: "consistent", ...judged };
    return claim.kind === "overdueEpoch"
      ? { outcome: "overdue", ...judged, accused }
      : { outcome: "contradictionProven", ...judged, accused };
  } catch (error) {
    // Anything else would be a fault of this program, and that must not look like an answer about the server.
    if (!(error instanceof NotEnough)) steps.record("evidenceIsReadable", false, "could not be followed");
    const known = evidence ? partsOf(evidence) : { kind: null, log: null, anchor: null };
    return { outcome: "notEnough", ...known, asOf: ledger ? timeOf(ledger.asOfNs) : null, steps: steps.list };
  }
}

async function judge(file: Case, claim: Claim): Promise<Finding> {
  // Named in the verdict, so it must be the log that the claim is about, or none.
  const isAboutLog = claim.kind !== "twoEpochRecords" && claim.kind !== "overdueEpoch";
  file.steps.expect("evidenceSuffices", isAboutLog !== isZero(file.log), "the log accused");
  switch (claim.kind) {
    case "contradiction":
      return judgeContradiction(file, claim);
    case "staleRead":
      return judgeStaleRead(file, claim);
    case "mapLie":
      return judgeMapLie(file, claim);
    case "invalidLeaf":
      return judgeInvalidLeaf(file, claim);
    case "missingSlot":
      return judgeMissingSlot(file, claim);
    case "twoEpochRecords":
      return judgeTwoEpochRecords(file, claim);
    case "refusalContradicted":
      return judgeRefusal(file, claim);
    case "overdueEpoch":
      return judgeOverdueEpoch(file, claim);
  }
}

/** A log's id is its first record's hash, so that record says for good what log it is and whose. */
function logKindOf(steps: Steps, { genesis, log, organization }: Evidence): Case["logKind"] {
  if (genesis === null) return null;
  const content = parseRecord(genesis.record)?.content;
  const isItsGenesis = equal(logIdOf(genesis.record, genesis.signature), log);
  const kind =
    content?.kind === "organizationGenesis" && equal(log, organization)
      ? "organization"
      : content?.kind === "workspaceGenesis" && equal(content.organization, organization)
        ? "workspace"
        : undefined;
  return steps.need("genesisIsTheLogs", isItsGenesis && kind, kind);
}

function partsOf({ claim, log, anchor }: Evidence) {
  return { kind: claim.kind, log: isZero(log) ? null : hex(log), anchor: inWords(anchor) };
}

function inWords({ chainId, height, headerHash, deployment }: Anchor) {
  return { chainId, height, headerHash: hex(headerHash), deployment: hex(deployment) };
}

function timeOf(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}
