import { expect, it } from "vitest";
import { encodeNoteBody } from "#protocol/log/head.ts";
import { LogReplay } from "#protocol/log/replay.ts";
import { sealedHash } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { ok, unwrap } from "#protocol/result.ts";
import { createJournal } from "../journal/journal.ts";
import { createMirror } from "../journal/mirror.ts";
import { createSealedRows, putRow } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import type { AuditContext } from "./audit-context.ts";
import { proveFault } from "./prove-fault.ts";
import { createReplayRotation } from "./replay-rotation.ts";
import { CHECKPOINTS, type CheckpointRow } from "./tables.ts";

const ACK = { kind: "ack", body: {} } as const;

/**
 * A workspace that was quiet up to the seal of epoch 5 and then goes on: first with a leaf of `resumedIn`, then with
 * one of epoch 6, which is sealed.
 */
async function rotate(resumedIn: number) {
  const { workspace, organization, alice, bob, instanceKey } = createMemoryWorld(suite);
  const { id: log } = workspace.identity;
  workspace.appendEpochLeaf();
  const quiet = workspace.size;
  workspace.epoch = resumedIn;
  bob.act(workspace, organization, ACK);
  if (resumedIn < 6) workspace.appendEpochLeaf();
  workspace.epoch = 6;
  alice.act(workspace, organization, ACK);
  workspace.appendEpochLeaf();

  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const rows = createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32));
  const checkpoint = (size: number, epoch: number): CheckpointRow => ({
    v: 1,
    slot: { epoch, note: workspace.note(size), proof: { siblings: [], otherEntry: null } },
    size,
    root: workspace.tree.root(size),
    closedEpoch: epoch,
    epochLeaf: workspace.leaves[size - 1] ?? new Uint8Array(0),
    inclusionPath: workspace.tree.inclusionPath(size - 1, size),
  });
  const kept = [checkpoint(quiet, 5), checkpoint(workspace.size, 6)];
  await rows.write(kept.map((row) => putRow(CHECKPOINTS, [log, row.slot.epoch], row)));

  const replay = new LogReplay(suite, organization.identity, {
    organization: null,
    sealedHashAt: (epoch) => sealedHash(suite, epoch),
    isInstanceRegistered: () => true,
  });
  for (const leaf of organization.leaves) unwrap(replay.append(leaf));
  const entry = { key: instanceKey, fromEpoch: 0, retiredAt: null };
  const context = {
    host: {
      suite,
      rows,
      journal: createJournal(rows),
      identity: { organization: organization.identity.id },
      organizationLog: { replay },
      ledger: {
        known: () => ({ sealedEpoch: 6, registry: [entry] }),
        epochs: async (epoch: number) => ok([{ epoch, hash: sealedHash(suite, epoch) }]),
      },
      sessions: {
        call: async (_: unknown, { from, to }: { from: number; to: number }) =>
          ok({ kind: "leaves", body: { leaves: workspace.leaves.slice(from, to) } }),
      },
    },
    mirror: createMirror(suite, rows),
    pause: async () => undefined,
  } as unknown as AuditContext;
  const rotation = createReplayRotation(context);
  const turn = await rotation.turn([log], []);
  const isThrough = await rotation.isThrough(log);
  return { context, workspace, quiet, log, turn, isThrough, instanceKey };
}

it("finds a leaf that was put into an epoch whose seal was without it, and proves it", async () => {
  const { context, workspace, quiet, log, turn, isThrough, instanceKey } = await rotate(2);
  if (turn.type !== "failed") throw new Error(turn.type);
  expect(turn.fault).toMatchObject({ check: "E4", detail: "LeafBeyondSeal", epoch: 6, needsReplay: true });
  // Only another replay, without such a leaf, would take it back.
  expect(isThrough).toBe(false);
  const proven = await proveFault(context, log, turn.fault, null, [instanceKey]);
  const noteBody = (size: number) => encodeNoteBody({ log, size, root: workspace.tree.root(size) });
  expect(proven).toMatchObject({
    epochs: [5, 6],
    claim: {
      kind: "contradiction",
      body: {
        a: { kind: "slot", body: { epoch: 6, noteBody: noteBody(workspace.size) } },
        b: { kind: "slot", body: { epoch: 5, noteBody: noteBody(quiet) } },
        divergence: { kind: "beyondSeal", body: { leaf: { index: quiet, leaf: workspace.leaves[quiet] } } },
      },
    },
  });
});

it("lets a quiet log go on in the epoch after its last seal", async () => {
  expect(await rotate(6)).toMatchObject({ turn: { type: "advanced" }, isThrough: true });
});
