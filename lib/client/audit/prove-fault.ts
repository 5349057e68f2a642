import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import {
  createBeyondSeal,
  createContradiction,
  type VouchedHead,
} from "#protocol/evidence/create-contradiction.ts";
import { createMissingSlot } from "#protocol/evidence/create-missing-slot.ts";
import { createStaleRead } from "#protocol/evidence/create-stale-read.ts";
import type { Claim } from "#protocol/evidence/evidence.ts";
import { parseNote, verifyNote } from "#protocol/log/head.ts";
import { encodeLeaf } from "#protocol/log/leaf.ts";
import { mapKeyOf } from "#protocol/log/map-entry.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import type { MapProof } from "#protocol/prefix-map/map-proof.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import type { AuditContext, AuditFault } from "./audit-context.ts";
import { proveRival } from "./epoch-seals.ts";
import { fetchTree } from "./fetch-tree.ts";
import { fetchLeaves, leafHashOfBytes } from "./log-replays.ts";
import { type ReceiptedOperation, receiptedOperation } from "./own-operations.ts";
import { ownTree } from "./own-tree.ts";
import { proveByReplay } from "./prove-by-replay.ts";
import { proveRefusal } from "./prove-refusal.ts";
import { CHECKPOINTS, type CheckpointRow, type Slot } from "./tables.ts";
import { vouchedNote, vouchedSlot } from "./vouched-head.ts";

/** A claim, and the sealed epochs whose records it rests on. */
export interface ProvenClaim {
  readonly claim: Claim;
  readonly epochs: readonly number[];
}

/**
 * Makes of a failed check a claim that a stranger can verify, from what this device holds first and from what the
 * server still gives second. Undefined where neither suffices: then it stays a suspicion. What comes out is a
 * proposal, and only the independent verifier's word makes an accusation of it.
 */
export async function proveFault(
  context: AuditContext,
  log: Bytes,
  fault: AuditFault,
  absence: MapProof | null,
  instanceKeys: readonly Bytes[],
): Promise<ProvenClaim | undefined> {
  if (fault.rival) return proveRival(context, fault.rival);
  const previous = await newestCheckpointBefore(context, log, fault.epoch);
  if (absence && previous && fault.epoch !== null) return missingSlot(previous.slot, fault.epoch, absence);
  const { slot } = fault;
  if (slot && fault.subject.type === "beyondSeal") {
    const inserted = await proveInserted(context, log, slot, fault.subject);
    if (inserted) return inserted;
  }
  if (slot) {
    const beyond = await proveBeyondSeal(context, log, slot, previous);
    if (beyond) return beyond;
  }
  for (const other of offendingHeads(context, log, fault, instanceKeys)) {
    const contradiction = await proveContradiction(context, log, other);
    if (contradiction) return contradiction;
  }
  if (slot) {
    const replaced = await proveReplaced(context, log, slot);
    if (replaced) return replaced;
  }
  if (slot && fault.subject.type === "staleRead") {
    const stale = await proveStaleRead(context, log, slot, fault.subject);
    if (stale) return stale;
  }
  const replayed = slot && (await proveByReplay(context, log, slot));
  if (replayed || !fault.refused) return replayed ?? undefined;
  return proveRefusal(context, log, fault.refused, instanceKeys);
}

/** Heads that the server vouched for and this device could not accept. */
function offendingHeads(
  { host }: AuditContext,
  log: Bytes,
  { slot, notes }: AuditFault,
  instanceKeys: readonly Bytes[],
): readonly VouchedHead[] {
  const sealed = slot ? vouchedSlot(log, slot) : undefined;
  const heads: VouchedHead[] = sealed ? [sealed] : [];
  for (const note of notes) {
    const signed = verifyNote(host.suite, note, instanceKeys);
    if (signed.ok && equalBytes(signed.value.log, log)) heads.push(vouchedNote(signed.value, note));
  }
  return heads;
}

/**
 * Against the newest accepted head by the tree of whichever is longer: this device's mirror, or leaf hashes that
 * the server gives for it.
 */
async function proveContradiction(
  context: AuditContext,
  log: Bytes,
  other: VouchedHead,
): Promise<ProvenClaim | undefined> {
  const { host } = context;
  const { head: newest } = await host.journal.log(log);
  if (!newest) return undefined;
  const relied = vouchedNote({ log, size: newest.size, root: newest.root }, newest.note);
  const [shorter, longer] =
    other.head.size <= relied.head.size ? [other.head, relied.head] : [relied.head, other.head];
  const epochs = epochsOf(other);
  const own = await ownTree(context, log);
  if (own) {
    const claim = createContradiction(other, relied, own);
    if (claim) return { claim, epochs };
  }
  const tree = await fetchTree(host, log, shorter.size, longer.size);
  const claim = tree && createContradiction(other, relied, tree);
  return claim && { claim, epochs };
}

/** A leaf that was promised for an epoch whose seal, or a later one's, ends before it: by receipt or by an earlier seal. */
async function proveBeyondSeal(
  { host }: AuditContext,
  log: Bytes,
  slot: Slot,
  previous: CheckpointRow | undefined,
): Promise<ProvenClaim | undefined> {
  const sealed = vouchedSlot(log, slot);
  if (!sealed) return undefined;
  const rows = await host.journal.openOperations(log);
  for (const row of rows) {
    const operation = receiptedOperation(host.suite, row);
    if (!operation || operation.stamp.epoch > slot.epoch || operation.stamp.index < sealed.head.size)
      continue;
    const receipted = receiptedLeaf(operation);
    const claim = receipted && createBeyondSeal(receipted.head, receipted.leaf, sealed);
    if (claim) return { claim, epochs: [slot.epoch] };
  }
  const earlier = previous && vouchedSlot(log, previous.slot);
  if (!previous || !earlier) return undefined;
  const index = previous.size - 1;
  const leaf = { leaf: previous.epochLeaf, index, inclusionPath: previous.inclusionPath };
  const claim = createBeyondSeal(earlier, leaf, sealed);
  return claim && { claim, epochs: [previous.slot.epoch, slot.epoch] };
}

/** A leaf under this seal that an earlier one, of the leaf's own epoch or a later, was without. */
async function proveInserted(
  { host }: AuditContext,
  log: Bytes,
  slot: Slot,
  { leaf, epoch }: Extract<AuditFault["subject"], { type: "beyondSeal" }>,
): Promise<ProvenClaim | undefined> {
  const checkpoint = await host.rows.get(CHECKPOINTS, log, epoch);
  const [sealed, earlier] = [vouchedSlot(log, slot), checkpoint && vouchedSlot(log, checkpoint.slot)];
  const claim = sealed && earlier && createBeyondSeal(sealed, leaf, earlier);
  return claim && { claim, epochs: [epoch, slot.epoch] };
}

/** Another leaf stands under the seal where a receipt put one of this device's. */
async function proveReplaced(
  { host }: AuditContext,
  log: Bytes,
  slot: Slot,
): Promise<ProvenClaim | undefined> {
  const sealed = vouchedSlot(log, slot);
  if (!sealed) return undefined;
  const { size, root } = sealed.head;
  const operations = (await host.journal.openOperations(log))
    .map((row) => receiptedOperation(host.suite, row))
    .filter((operation) => operation !== undefined)
    .filter(({ stamp }) => stamp.index < size);
  if (operations.length === 0) return undefined;
  const first = Math.min(...operations.map(({ stamp }) => stamp.index));
  const tree = await fetchTree(host, log, first, size);
  if (!tree || !equalBytes(tree.root(size), root)) return undefined;
  for (const operation of operations) {
    const receipted = receiptedLeaf(operation);
    const { index } = operation.stamp;
    if (!receipted || equalBytes(leafHashOfBytes(host.suite, receipted.leaf.leaf), tree.leafHash(index)))
      continue;
    const fetched = await fetchLeaves(host, log, index, index + 1);
    const leaf = fetched.ok ? fetched.value[0] : undefined;
    if (!leaf || !equalBytes(leafHashOfBytes(host.suite, leaf), tree.leafHash(index))) continue;
    const b = { leaf, index, inclusionPath: tree.inclusionPath(index, size) };
    const divergence = { kind: "leaves", body: { a: receipted.leaf, b } } as const;
    const body = { a: receipted.head.voucher, b: sealed.voucher, divergence };
    return { claim: { kind: "contradiction", body }, epochs: [slot.epoch] };
  }
  return undefined;
}

function receiptedLeaf({
  row,
  stamp,
}: ReceiptedOperation): { readonly head: VouchedHead; readonly leaf: ProvenLeaf } | undefined {
  const { receipt, record, signature } = row;
  const signed = receipt && parseNote(receipt.note);
  if (!receipt || signed?.ok !== true) return undefined;
  const leaf = encodeLeaf({ record, signature, stamp: receipt.stamp });
  return {
    head: vouchedNote(signed.value, receipt.note),
    leaf: { leaf, index: stamp.index, inclusionPath: receipt.inclusionPath },
  };
}

/** The seal's own map, asked for the one entry that overtook the read. */
async function proveStaleRead(
  { host, mirror }: AuditContext,
  log: Bytes,
  slot: Slot,
  subject: Extract<AuditFault["subject"], { type: "staleRead" }>,
): Promise<ProvenClaim | undefined> {
  const sealed = vouchedSlot(log, slot);
  const operation = (await host.journal.openOperations(log))
    .map((row) => receiptedOperation(host.suite, row))
    .find((row) => row?.stamp.index === subject.index);
  const tree = await mirror.tree(log);
  const item = operation?.read?.opening.items.findIndex(
    ({ manifest, version }) => version === null && equalBytes(manifest, subject.manifest),
  );
  if (!sealed || !operation?.read || !tree || item === undefined || item < 0) return undefined;
  const { size } = sealed.head;
  const isHeld = tree.firstSize <= subject.index && subject.index < size && size <= tree.size;
  if (!isHeld || !equalBytes(tree.root(size), sealed.head.root)) return undefined;
  const key = mapKeyOf(host.suite, {
    kind: "manifestVersion",
    id: subject.manifest,
    version: subject.version + 1,
  });
  const answer = await host.sessions.call(auditEpoch, { log, epoch: slot.epoch, fromSizes: [], keys: [key] });
  if (!answer.ok || answer.value.kind !== "audited") return undefined;
  const { epochLeaf, inclusionPath, entries } = answer.value.body;
  const entry = entries.find((proven) => equalBytes(proven.key, key));
  if (!entry) return undefined;
  const { receipt, record, signature } = operation.row;
  if (!receipt) return undefined;
  const claim = createStaleRead(host.suite, {
    head: sealed.voucher,
    read: {
      leaf: encodeLeaf({ record, signature, stamp: receipt.stamp }),
      index: subject.index,
      inclusionPath: tree.inclusionPath(subject.index, size),
    },
    opening: operation.read.opening,
    results: operation.read.results,
    item,
    later: { leaf: epochLeaf, index: size - 1, inclusionPath },
    entry,
  });
  return claim && { claim, epochs: [slot.epoch] };
}

function missingSlot(earlier: Slot, epoch: number, proof: MapProof): ProvenClaim | undefined {
  const note = parseNote(earlier.note);
  if (!note.ok) return undefined;
  const before = { epoch: earlier.epoch, noteBody: note.value.body, proof: earlier.proof };
  const claim = createMissingSlot(before, { epoch, proof });
  return claim && { claim, epochs: [earlier.epoch, epoch] };
}

async function newestCheckpointBefore(
  { host }: AuditContext,
  log: Bytes,
  epoch: number | null,
): Promise<CheckpointRow | undefined> {
  const rows = await host.rows.list(CHECKPOINTS, log);
  return rows.findLast(({ slot }) => epoch === null || slot.epoch < epoch);
}

function epochsOf({ voucher }: VouchedHead): readonly number[] {
  return voucher.kind === "slot" ? [voucher.body.epoch] : [];
}
