import { signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { createBeyondSeal, createContradiction } from "#protocol/evidence/create-contradiction.ts";
import { createMissingSlot } from "#protocol/evidence/create-missing-slot.ts";
import { createTwoEpochRecords } from "#protocol/evidence/create-two-epoch-records.ts";
import type { Voucher } from "#protocol/evidence/evidence.ts";
import type { MemoryLog } from "#protocol/log/testing/memory-log.ts";
import type { PrefixMap } from "#protocol/prefix-map/prefix-map.ts";
import {
  type AnchoredLedger,
  forge,
  HASH,
  headOf,
  leafOf,
  noteOf,
  otherInstanceSecret,
  slotOf,
  slotVoucher,
  suite,
  type World,
} from "./evidence-world.ts";
import { type GuiltyCase, need } from "./guilty-case.ts";

export const ACK = { kind: "ack", body: {} } as const;

/** `tree` is of epoch 0 and has the first world's workspace; the other world's has one leaf more, and another. */
export function contradictions(world: World, other: World, tree: PrefixMap): GuiltyCase[] {
  const { workspace: log, organization } = world;
  const { workspace: forked } = other;
  const vouched = (of: MemoryLog, voucher: Voucher = noteOf(of), size = of.size) => ({
    head: headOf(of, size),
    voucher,
  });
  const draft = other.bob.draft(forked, other.organization, ACK, {
    seenSize: log.size,
    seenRoot: log.tree.root(),
  });
  const seen = forge(forked, { signed: other.bob.sign(draft) });
  const seenVoucher: Voucher = { kind: "seen", body: { leaf: seen.leaf } };
  const common = { log, organization, accused: "instance" } as const;
  const shared = { ...common, accused: "deployment" } as const;
  const between = (a: ReturnType<typeof vouched>, b = vouched(forked), branch = forked.tree) =>
    need(createContradiction(a, b, branch));
  const last = log.size - 1;
  const leaves = { a: leafOf(log, last), b: leafOf(forked, last) };
  return [
    { ...common, name: "fork: two notes", claim: between(vouched(log)) },
    {
      ...shared,
      name: "fork: two instances",
      claim: between(vouched(log, noteOf(log, log.size, otherInstanceSecret))),
    },
    {
      ...common,
      name: "fork: one size",
      claim: between(vouched(log), vouched(forked, noteOf(forked, log.size), log.size)),
    },
    {
      ...shared,
      name: "fork: a slot and a note",
      claim: between(vouched(log, slotVoucher(tree, 0, headOf(log)))),
    },
    {
      ...shared,
      name: "fork: what a record had seen",
      claim: between(vouched(log, seenVoucher), { head: seen.head, voucher: seen.voucher }, seen.tree),
    },
    {
      ...common,
      name: "fork: two leaves at one index",
      claim: {
        kind: "contradiction",
        body: {
          a: noteOf(log),
          b: noteOf(forked),
          divergence: { kind: "leaves", body: leaves },
        },
      },
    },
    beyondSeal(world, tree),
  ];
}

/** A receipt of an epoch that was sealed below it. */
function beyondSeal({ workspace: log, organization, bob }: World, tree: PrefixMap): GuiltyCase {
  const late = forge(log, { signed: bob.sign(bob.draft(log, organization, ACK)) });
  const slot = { head: headOf(log), voucher: slotVoucher(tree, 0, headOf(log)) };
  const claim = need(createBeyondSeal({ head: late.head, voucher: late.voucher }, late.leaf, slot));
  return { name: "a receipted leaf beyond its seal", log, organization, accused: "deployment", claim };
}

/** A head with a leaf more than the seal of epoch 0 had, of that very epoch: what a later tree then names. */
export function insertLeaf({ workspace: log, organization, bob }: World) {
  return forge(log, { signed: bob.sign(bob.draft(log, organization, ACK)) });
}

/** Both seals stand on the ledger, and the leaf is under the second one alone. */
export function insertedLeaf(
  { workspace: log, organization }: World,
  inserted: ReturnType<typeof insertLeaf>,
  tree: PrefixMap,
  later: PrefixMap,
): GuiltyCase {
  const sealed = { head: inserted.head, voucher: slotVoucher(later, 2, inserted.head) };
  const slot = { head: headOf(log), voucher: slotVoucher(tree, 0, headOf(log)) };
  const claim = need(createBeyondSeal(sealed, inserted.leaf, slot));
  return { name: "a leaf put into a sealed epoch", log, organization, accused: "deployment", claim };
}

/** The workspace has a slot in the tree of epoch 0 and none in that of epoch 1. */
export function missingSlot(
  { workspace, organization }: World,
  tree: PrefixMap,
  later: PrefixMap,
): GuiltyCase {
  const head = headOf(workspace);
  const absence = { epoch: 1, proof: slotOf(later, 1, head).proof };
  const claim = need(createMissingSlot(slotOf(tree, 0, head), absence));
  return { name: "a slot that is gone", log: workspace, organization, accused: "deployment", claim };
}

export function epochRecords(
  ledger: AnchoredLedger,
  { organization }: World,
  secret: Uint8Array,
): GuiltyCase[] {
  const sign = (record: Uint8Array, by: Uint8Array) => ({
    record,
    key: suite.verifyKeyOf(by),
    signature: signEpochRecord(suite, record, by),
  });
  const other = ledger.nextRecord(HASH, 1);
  const anchored = ledger.records[1] ?? new Uint8Array(0);
  const a = sign(other, secret);
  const signedByTwo = { signed: sign(anchored, otherInstanceSecret) };
  return [
    {
      name: "two epoch records: one anchored",
      organization,
      accused: "deployment",
      claim: need(createTwoEpochRecords(a, { anchored })),
    },
    {
      name: "two epoch records: one key",
      organization,
      accused: "instance",
      claim: need(createTwoEpochRecords(a, { signed: sign(anchored, secret) })),
    },
    {
      name: "two epoch records: two keys",
      organization,
      accused: "deployment",
      claim: need(createTwoEpochRecords(a, signedByTwo)),
    },
  ];
}
