import { createOverdueEpoch } from "#protocol/evidence/create-overdue-epoch.ts";
import { POLICY } from "./anchored-ledger.ts";
import {
  type AnchoredLedger,
  anchor,
  createWorld,
  epochTree,
  FILE,
  headOf,
  instanceSecret,
  NO_BASE,
  type Subject,
  write,
} from "./evidence-world.ts";
import { type GuiltyCase, need } from "./guilty-case.ts";
import {
  ACK,
  contradictions,
  epochRecords,
  insertedLeaf,
  insertLeaf,
  missingSlot,
} from "./lies-about-heads.ts";
import { invalidLeaves } from "./lies-about-leaves.ts";
import { firstLeafLie, mapLies, staleRead } from "./lies-about-maps.ts";
import { refusals } from "./lies-about-refusals.ts";

/** A deployment that lied in every way of which there is evidence, and its ledger. Its lies are of epoch 0 or later. */
export async function createGuiltyCases(retiredAt: number | null = null): Promise<{
  readonly ledger: AnchoredLedger;
  readonly cases: readonly GuiltyCase[];
}> {
  const world = createWorld();
  world.alice.act(world.workspace, world.organization, write(FILE, NO_BASE, "one"));
  const fork = createWorld();
  fork.alice.act(fork.workspace, fork.organization, write(FILE, NO_BASE, "another"));
  fork.alice.act(fork.workspace, fork.organization, ACK);

  const tree = epochTree([headOf(world.workspace), headOf(world.organization)]);
  const later = epochTree([headOf(world.organization)]);
  const inserted = insertLeaf(world);
  const backdated = epochTree([inserted.head, headOf(world.organization)]);
  const ledger = await anchor([tree, later, backdated], retiredAt);
  const cases = [
    ...contradictions(world, fork, tree),
    staleRead(),
    ...mapLies(),
    firstLeafLie(),
    ...invalidLeaves(),
    missingSlot(world, tree, later),
    insertedLeaf(world, inserted, tree, backdated),
    ...epochRecords(ledger, world, instanceSecret),
    ...refusals(),
  ];
  return { ledger, cases };
}

/** A ledger that went on while the deployment did not. */
export async function createOverdueCase(): Promise<{ ledger: AnchoredLedger; subject: Subject }> {
  const { organization } = createWorld();
  const ledger = await anchor([epochTree([headOf(organization)])]);
  const waitingSinceMs = ledger.time.nowMs;
  ledger.time.advance(POLICY.idleEpochLengthMs + 120_000);
  const ledgerTimeMs = ledger.time.nowMs - 30_000;
  const input = { epoch: 1, policy: POLICY, graceMs: 30_000, waitingSinceMs, ledgerTimeMs };
  return { ledger, subject: { claim: need(createOverdueEpoch(input)), organization } };
}
