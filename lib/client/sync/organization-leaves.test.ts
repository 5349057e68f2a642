import { expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { err, ok } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { LedgerClient, LedgerView } from "../ledger/ledger-client.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { createSealedRows, type SealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { answer, createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import { createOrganizationLog } from "./organization-log.ts";

const { organization, instanceKey, alice } = createMemoryWorld(suite);
organization.appendEpochLeaf();
organization.epoch = 1;
alice.act(organization, null, {
  kind: "profile",
  body: { user: alice.user, profileHash: new Uint8Array(32) },
});
const head = { size: organization.size, root: organization.tree.root() };
const sealed = createScriptedLedger(instanceKey, { sealedEpoch: 0 });

interface World {
  readonly leaves?: readonly Bytes[];
  readonly rows?: SealedRows;
  readonly ledger?: LedgerClient;
}

function create({ leaves = organization.leaves, rows = createMemoryRows(suite), ledger = sealed }: World) {
  const giveLeaves = answer(readLeaves, ({ from, to }) => ({
    kind: "leaves",
    body: { leaves: leaves.slice(from, to) },
  }));
  const sessions = createAnsweringSessions([giveLeaves]);
  return createOrganizationLog({ suite, organization: organization.identity.id, ledger, sessions, rows });
}

it("keeps what it had replayed when the ledger went away halfway", async () => {
  const rows = createMemoryRows(suite);
  let isAway = true;
  const ledger: LedgerClient = {
    ...sealed,
    epochs: async (from, to) =>
      isAway ? err({ type: "LedgerEpochMissing", epoch: from }) : sealed.epochs(from, to),
  };
  const log = create({ rows, ledger });
  expect(await log.catchUp(head)).toMatchObject({ error: { type: "engine" } });
  expect(log.replay.size).toBeGreaterThan(0);
  isAway = false;
  expect(await log.catchUp(head)).toEqual(ok(null));
  expect(await create({ rows, leaves: [] }).catchUp(head)).toEqual(ok(null));
});

it("asks again for a leaf that is missing in storage, and for all behind it", async () => {
  const store = createMemoryRowStore();
  const rows = createSealedRows(suite, randomBytes, store, randomBytes(32));
  expect(await create({ rows }).catchUp(head)).toEqual(ok(null));
  const [, second] = await store.list("organization-leaf/");
  await store.write([{ key: second?.key ?? "", value: null }]);
  expect(await create({ rows, leaves: [] }).catchUp(head)).toMatchObject({ ok: false });
  const log = create({ rows });
  expect(await log.catchUp(head)).toEqual(ok(null));
  expect(log.replay.size).toBe(organization.size);
  expect(await create({ rows, leaves: [] }).catchUp(head)).toEqual(ok(null));
});

it("looks at the ledger again before it calls an instance a stranger", async () => {
  const before = createScriptedLedger(new Uint8Array(32).fill(9), { sealedEpoch: 0 });
  let view: LedgerView | undefined = before.known();
  let isRegistered = true;
  const ledger: LedgerClient = {
    ...sealed,
    known: () => view,
    current: async (maxAgeMs) => {
      if (maxAgeMs === 0 && isRegistered) view = sealed.known();
      return view ? ok(view) : err({ type: "LedgerSilentOnDeployment" });
    },
  };
  expect(await create({ ledger }).catchUp(head)).toEqual(ok(null));
  [view, isRegistered] = [before.known(), false];
  const detail = "StampWrong";
  expect(await create({ ledger }).catchUp(head)).toEqual(err({ type: "check", check: "I3", detail }));
});
