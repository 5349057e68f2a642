import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import {
  type Claim,
  type Evidence,
  type EvidenceAnchor,
  encodeEvidence,
  evidenceClass,
  type Voucher,
} from "#protocol/evidence/evidence.ts";
import { parseNote, verifyNote } from "#protocol/log/head.ts";
import { ID_BYTES } from "#protocol/log/identifiers.ts";
import { putRow } from "../storage/sealed-rows.ts";
import type { AuditContext } from "./audit-context.ts";
import { keepGenesis } from "./keep-genesis.ts";
import type { ProvenClaim } from "./prove-fault.ts";
import { type Accused, EVIDENCE, FINDINGS, type FindingRow } from "./tables.ts";

/** What the independent verifier says of an evidence file. It shares no code with what made the file. */
interface EvidenceVerdict {
  readonly outcome: "consistent" | "contradictionProven" | "notEnough" | "overdue" | "witnessWord";
}

/** `anchors`: those that this device was given, from which the ledger in the file must follow. */
export type VerifyEvidence = (
  evidence: Bytes,
  options: { readonly anchors: readonly EvidenceAnchor[] },
) => Promise<EvidenceVerdict>;

/**
 * Puts a claim before the independent verifier. Only what it accepts is saved as a finding, for good; anything
 * else leaves no trace and no verdict.
 */
export async function accuse(
  context: AuditContext,
  verifyEvidence: VerifyEvidence,
  askedLog: Bytes | null,
  askedEpoch: number | null,
  { claim, epochs }: ProvenClaim,
): Promise<FindingRow | undefined> {
  const { host } = context;
  // In whichever log it showed, this is about all of them.
  const isAboutAll = claim.kind === "twoEpochRecords";
  const log = isAboutAll ? null : askedLog;
  const epoch = isAboutAll ? (epochs[0] ?? null) : askedEpoch;
  const kept = await bundlesFor(context, epochs);
  if (!kept) return undefined;
  const evidence: Evidence = {
    v: 1,
    anchor: evidenceAnchor(kept.anchor),
    ledger: kept.bundles,
    organization: host.identity.organization,
    log: log ?? new Uint8Array(32),
    claim,
    reporter: host.identity.device,
    genesis: await genesisFor(context, log),
  };
  const encoded = encodeEvidence(evidence);
  if (!(await isProven(context, verifyEvidence, evidence, encoded))) return undefined;
  const finding: FindingRow = {
    v: 1,
    id: host.suite.sha256(encoded).slice(0, ID_BYTES),
    kind: claim.kind,
    accused: accusedBy(host.suite, claim),
    log,
    // What showed in an operation belongs to the period that was open then.
    epoch: epoch ?? (host.ledger.known()?.sealedEpoch ?? -1) + 1,
    foundAt: host.now(),
  };
  await host.rows.write([putRow(FINDINGS, [finding.id], finding), putRow(EVIDENCE, [finding.id], encoded)]);
  return finding;
}

/** Whether the independent verifier accepts the claim, by the anchors of this device. */
export async function isProven(
  { archive }: Pick<AuditContext, "archive">,
  verifyEvidence: VerifyEvidence,
  { claim }: Evidence,
  encoded: Bytes,
): Promise<boolean> {
  const anchors = (await archive.anchors()).map(evidenceAnchor);
  const { outcome } = await verifyEvidence(encoded, { anchors });
  return outcome === (evidenceClass(claim.kind) === "safety" ? "contradictionProven" : "overdue");
}

function evidenceAnchor({ chainId, height, headerHash, deploymentId }: TrustAnchor): EvidenceAnchor {
  return { chainId, height: Number(height), headerHash, deployment: deploymentId };
}

/** What was kept too long ago, or under an older anchor, is asked for once more. */
async function bundlesFor({ archive }: AuditContext, epochs: readonly number[]) {
  const kept = await archive.bundlesFor(epochs);
  if (kept) return kept;
  for (const epoch of epochs) await archive.keep(epoch);
  return archive.bundlesFor(epochs);
}

async function genesisFor(context: AuditContext, log: Bytes | null): Promise<Evidence["genesis"]> {
  const row = log && (await keepGenesis(context, log));
  return row ? { record: row.record, signature: row.signature } : null;
}

/** `docs/spec/evidence.md`, convention 5. */
function accusedBy(suite: CryptoSuite, claim: Claim): Accused {
  switch (claim.kind) {
    case "contradiction": {
      const [a, b] = [claim.body.a, claim.body.b].map(signerOf);
      return a !== undefined && a === b ? "instance" : "deployment";
    }
    case "staleRead":
      return signerOf(claim.body.head) === undefined ? "deployment" : "instance";
    case "mapLie":
      return signerOf(claim.body.head) === undefined ? "deployment" : "instance";
    case "invalidLeaf":
      return signerOf(claim.body.question.head) === undefined ? "deployment" : "instance";
    case "missingSlot":
      return "deployment";
    case "twoEpochRecords":
      return claim.body.b && equalBytes(claim.body.a.key, claim.body.b.key) ? "instance" : "deployment";
    case "refusalContradicted": {
      const { note, instanceKey } = claim.body.refusal.statement;
      return verifyNote(suite, note, [instanceKey]).ok ? "instance" : "deployment";
    }
    case "overdueEpoch":
      return "liveness";
  }
}

/** Name of the instance whose note vouches; undefined where somebody else stands behind the head. */
function signerOf(voucher: Voucher): string | undefined {
  if (voucher.kind !== "note") return undefined;
  const note = parseNote(voucher.body.note);
  return note.ok ? note.value.signerName : undefined;
}
