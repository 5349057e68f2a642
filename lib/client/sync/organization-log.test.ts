import { expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { MemoryLog } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { err, ok } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { LedgerClient } from "../ledger/ledger-client.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import type { SealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { answer, createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import { createOrganizationLog } from "./organization-log.ts";

const { organization, workspace, instanceKey, alice } = createMemoryWorld(suite);
organization.appendEpochLeaf();
organization.epoch = 1;
alice.act(organization, null, {
  kind: "profile",
  body: { user: alice.user, profileHash: new Uint8Array(32) },
});
const sealed = createScriptedLedger(instanceKey, { sealedEpoch: 0 });
let isLedgerAway = false;
const ledger: LedgerClient = {
  ...sealed,
  epochs: async (from, to) =>
    isLedgerAway ? err({ type: "LedgerEpochMissing", epoch: from }) : sealed.epochs(from, to),
};

/** Before a server that gives these leaves. */
function create(leavesOf: () => readonly Bytes[], rows: SealedRows = createMemoryRows(suite)) {
  const giveLeaves = answer(readLeaves, ({ from, to }) => ({
    kind: "leaves",
    body: { leaves: leavesOf().slice(from, to) },
  }));
  const sessions = createAnsweringSessions([giveLeaves]);
  return createOrganizationLog({ suite, organization: organization.identity.id, ledger, sessions, rows });
}

const headOf = ({ tree }: MemoryLog, size = tree.size) => ({ size, root: tree.root(size) });

it("takes each leaf once, whoever asks at the same time", async () => {
  const rows = createMemoryRows(suite);
  const log = create(() => organization.leaves, rows);
  const both = () => Promise.all([log.catchUp(headOf(organization)), log.catchUp(headOf(organization, 4))]);
  expect(await both()).toEqual([ok(null), ok(null)]);
  expect(log.replay.size).toBe(organization.size);
  const again = create(() => [], rows);
  const head = headOf(organization);
  expect(await Promise.all([again.catchUp(head), again.catchUp(head)])).toEqual([ok(null), ok(null)]);
});

it("lets nothing speak that the head does not vouch for, and goes on with honest leaves", async () => {
  const lie = { ok: false, error: { type: "check", check: "I3", detail: "OrganizationRootDiffers" } };
  let leaves: readonly Bytes[] = organization.leaves;
  const log = create(() => leaves);
  // Its leaves replay, but this is not the head that was signed.
  const forked = { size: organization.size, root: workspace.tree.root() };
  expect(await log.catchUp(forked)).toEqual(lie);
  expect(log.at(organization.size)).toBeUndefined();
  leaves = [...organization.leaves.slice(0, -1), workspace.leaves[0] ?? new Uint8Array(0)];
  expect(await log.catchUp(headOf(organization))).toEqual(lie);
  leaves = organization.leaves;
  expect(await log.catchUp(headOf(organization))).toEqual(ok(null));
  expect(log.at(organization.size)).toBeDefined();
});

it("goes on where it stopped because the ledger was away", async () => {
  const rows = createMemoryRows(suite);
  const head = headOf(organization);
  expect(await create(() => organization.leaves, rows).catchUp(head)).toEqual(ok(null));
  const log = create(() => [], rows);
  isLedgerAway = true;
  expect(await log.catchUp(head)).toMatchObject({ error: { type: "engine" } });
  isLedgerAway = false;
  expect(await log.catchUp(head)).toEqual(ok(null));
});
