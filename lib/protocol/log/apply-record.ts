import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { decideOrganizationRecord } from "./apply-organization.ts";
import { decideWorkspaceRecord } from "./apply-workspace.ts";
import { authenticateDevice, type Signer } from "./authenticate.ts";
import { authorityChange, isAuthorityKind } from "./authority.ts";
import { logIdOf, recordHashOf, rootIdOf } from "./identifiers.ts";
import type { Outcome } from "./leaf.ts";
import {
  createMapChange,
  type EntryReader,
  type MapChange,
  type MapValueOf,
  readMapEntry,
} from "./map-entry.ts";
import {
  EPOCHS_APPLIABLE,
  parseRecord,
  type Record,
  type SignedRecord,
  verifyRecordSignature,
} from "./record.ts";

/**
 * What one record does to a log: the only place where it is decided, used by the server before it appends and
 * by every replay afterwards. Pure: the same log, the same record, the same answer, for ever.
 */

export interface LogIdentity {
  readonly id: Bytes;
  readonly kind: "organization" | "workspace";
  /** The organization's log id; equal to `id` in the organization's own log. */
  readonly organization: Bytes;
}

export interface LogState {
  readonly log: LogIdentity;
  /** Number of leaves, hence the index that this record gets. */
  readonly size: number;
  /** The log's map after its last leaf. */
  readonly entries: EntryReader;
  /** The organization's map at exactly the stamp's organizationSize; for its own log the same as `entries`. */
  readonly organization: EntryReader;
  /** Root of this log at a size ≤ `size`; undefined where the caller cannot know it. */
  readonly rootAt: (size: number) => Bytes | undefined;
  /** Root of the organization's log at a size ≤ the stamp's organizationSize. */
  readonly organizationRootAt: (size: number) => Bytes | undefined;
  /** Hash of the deployment's epoch record; undefined where it is not sealed. */
  readonly sealedHashAt: (epoch: number) => Bytes | undefined;
  /** The deployment's open epoch. */
  readonly epoch: number;
  /** Size of the organization's log that authorises the record. */
  readonly organizationSize: number;
}

export interface Author extends Signer {
  /** Entry of this device in this log before the record. */
  readonly previous: MapValueOf<"device"> | undefined;
}

/** Why a record is not appended at all. */
export type RecordFault =
  | { readonly type: "Malformed" }
  | { readonly type: "ForeignLog" }
  | { readonly type: "BadSignature" }
  | { readonly type: "UnknownOrRevoked" }
  | { readonly type: "NotMember" }
  | { readonly type: "OutOfStep" }
  | { readonly type: "SeenNotPrefix" }
  | { readonly type: "SealedNotTrue" };

export interface Application {
  readonly record: Record;
  readonly recordHash: Bytes;
  readonly author: Author;
  readonly outcome: Outcome;
  readonly changes: readonly MapChange[];
}

/** What a rule may decide, and the entries that change beside the author's own if it is `applied`. */
export interface Decision {
  readonly outcome: Outcome;
  readonly changes: readonly MapChange[];
  /** Members of the log after the record, where the record changes their number. */
  readonly memberCount?: number;
}

/** The bytes as they came in: parsed, authenticated, decided. */
export function applyRecord(
  suite: CryptoSuite,
  state: LogState,
  signed: SignedRecord,
): Result<Application, RecordFault> {
  const parsed = parseRecord(signed.record);
  if (!parsed.ok) return err({ type: "Malformed" });
  const record = parsed.value;
  const author = authenticate(suite, state, record, signed);
  if (!author.ok) return author;
  const step = verifyStep(state, record, author.value);
  if (!step.ok) return step;
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  const decision = decide(suite, state, record, author.value, recordHash);
  if (!decision.ok) return decision;
  const { outcome } = decision.value;
  const changes: MapChange[] = [
    createMapChange(suite, { kind: "device", id: author.value.device }, "device", [
      record.incarnation,
      record.seq,
      recordHash,
      state.size,
    ]),
  ];
  if (outcome === "applied") {
    changes.push(...decision.value.changes);
    if (isAuthorityKind(record.content.kind)) {
      changes.push(authorityChange(suite, state.entries, recordHash, decision.value.memberCount));
    }
  }
  return ok({ record, recordHash, author: author.value, outcome, changes });
}

function authenticate(
  suite: CryptoSuite,
  state: LogState,
  record: Record,
  signed: SignedRecord,
): Result<Author, RecordFault> {
  const isGenesis = state.size === 0;
  const { kind } = record.content;
  if (isGenesis !== (kind === "organizationGenesis" || kind === "workspaceGenesis"))
    return err({ type: "Malformed" });
  if (isGenesis) {
    if ((kind === "organizationGenesis") !== (state.log.kind === "organization"))
      return err({ type: "Malformed" });
    if (!isZero(record.log)) return err({ type: "ForeignLog" });
    if (!equalBytes(logIdOf(suite, signed.record, signed.signature), state.log.id))
      return err({ type: "ForeignLog" });
  } else if (!equalBytes(record.log, state.log.id)) {
    return err({ type: "ForeignLog" });
  }
  if (record.content.kind === "organizationGenesis") {
    const { rootKey } = record.content.body;
    if (!equalBytes(record.device, rootIdOf(suite, rootKey))) return err({ type: "UnknownOrRevoked" });
    if (!verifyRecordSignature(suite, signed, rootKey)) return err({ type: "BadSignature" });
    return ok({
      device: record.device,
      user: ZERO_ID,
      isRoot: true,
      profile: "outsider",
      previous: undefined,
    });
  }
  const signer = authenticateDevice(suite, state.log.kind, state.organization, record, signed);
  if (!signer.ok) return signer;
  const previous = readMapEntry(suite, state.entries, { kind: "device", id: record.device });
  return ok({ ...signer.value, previous });
}

/** Position in the author's own chain, and the truth of what the record says it has seen. */
function verifyStep(state: LogState, record: Record, author: Author): Result<null, RecordFault> {
  const { previous } = author;
  const inStep = previous
    ? record.seq === previous[1] + 1 && equalBytes(record.prev, previous[2])
    : record.seq === 0 && isZero(record.prev);
  if (!inStep) return err({ type: "OutOfStep" });
  // One outstanding record per device and log: the author had the receipt of its last one. The root's first
  // three are made together, before there is a receipt.
  if (previous && !author.isRoot && record.seenSize <= previous[3]) return err({ type: "OutOfStep" });
  if (!isTruePrefix(record.seenSize, record.seenRoot, state.size, state.rootAt))
    return err({ type: "SeenNotPrefix" });
  const [organizationSize, organizationRoot] = record.seenOrganization;
  const seenOrganization =
    state.log.kind === "organization"
      ? organizationSize === 0 && isZero(organizationRoot)
      : isTruePrefix(organizationSize, organizationRoot, state.organizationSize, state.organizationRootAt);
  if (!seenOrganization) return err({ type: "SeenNotPrefix" });
  return isSealedTrue(state, record) ? ok(null) : err({ type: "SealedNotTrue" });
}

function isTruePrefix(
  size: number,
  root: Bytes,
  limit: number,
  rootAt: (size: number) => Bytes | undefined,
): boolean {
  if (size === 0) return isZero(root);
  if (size > limit) return false;
  const actual = rootAt(size);
  return actual !== undefined && equalBytes(actual, root);
}

function isSealedTrue(state: LogState, record: Record): boolean {
  if (record.sealedEpoch < 0) return isZero(record.sealedHash);
  if (record.sealedEpoch >= state.epoch) return false;
  const sealed = state.sealedHashAt(record.sealedEpoch);
  return sealed !== undefined && equalBytes(sealed, record.sealedHash);
}

function decide(
  suite: CryptoSuite,
  state: LogState,
  record: Record,
  author: Author,
  recordHash: Bytes,
): Result<Decision, RecordFault> {
  const decision =
    state.log.kind === "organization"
      ? decideOrganizationRecord(suite, state, record, author)
      : decideWorkspaceRecord(suite, state, record, author, recordHash);
  if (!decision.ok) return decision;
  if (state.epoch > record.sealedEpoch + EPOCHS_APPLIABLE) return ok({ outcome: "expired", changes: [] });
  return decision;
}

const ZERO_ID: Bytes = new Uint8Array(16);
