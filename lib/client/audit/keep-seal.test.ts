import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMapValue, mapKeyOf } from "#protocol/log/map-entry.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { answer } from "../transport/testing/answering-transport.ts";
import { keepSeal } from "./keep-seal.ts";
import { CHECKPOINTS, PROGRESS } from "./tables.ts";
import { createAuditContext } from "./testing/audit-world.ts";

const log = randomBytes(32);
const EPOCH = 5;
const world = createMemoryWorld(suite);
const NO_PROOF = { siblings: [], otherEntry: null };
const NOTE = new Uint8Array(0);

/** A history of so many leaves; the first `shared` ones are those of every history. */
function grow(size: number, shared = size): MerkleTree {
  const tree = new MerkleTree(suite.sha256);
  for (let index = 0; index < size; index++) {
    const history = index < shared ? 0 : 1;
    tree.append(suite.sha256(Uint8Array.of(history, index)));
  }
  return tree;
}

const headOf = (tree: MerkleTree) => ({ log, size: tree.size, root: tree.root() });

type Lateness = "answered" | "silent" | "refused";

/** A device that has checked a seal of one history, and before it could keep it accepted a head of another, or of the same. */
async function keep(given: {
  readonly sealed: MerkleTree;
  readonly accepted: MerkleTree;
  readonly lateness?: Lateness;
  /** Leaf hashes of what was accepted are here already. */
  readonly isMirrored?: boolean;
  /** The workspace's key that sync was shown meanwhile; the seal has key 0. */
  readonly seenKey?: number;
}) {
  const { sealed, accepted, lateness = "answered", isMirrored = false, seenKey } = given;
  const rows = createMemoryRows(suite);
  const asked: (readonly number[])[] = [];
  let isLockFree = false;
  const context = createAuditContext(world, world.alice, {
    rows,
    answers: [
      answer(auditEpoch, async ({ fromSizes }) => {
        asked.push(fromSizes);
        void context.host.lockLog(log, async () => {
          isLockFree = true;
        });
        await new Promise(setImmediate);
        expect(isLockFree).toBe(false);
        if (lateness === "silent") return null;
        if (lateness === "refused") return { kind: "notSealed", body: {} };
        // The best that can be said of both.
        const larger = sealed.size > accepted.size ? sealed : accepted;
        const sizes = [sealed.size, accepted.size].toSorted((a, b) => a - b);
        const consistencyPaths = [larger.consistencyPath(sizes[0] ?? 0, sizes[1] ?? 0)];
        const body = { note: NOTE, slotProof: NO_PROOF, consistencyPaths, epochLeaf: NOTE };
        const seal = { record: NOTE, signatures: [] };
        return { kind: "audited", body: { ...body, inclusionPath: [], entries: [], seal } };
      }),
    ],
  });
  const { journal } = context.host;
  const { record, signed, index } = world.alice.act(world.workspace, world.organization, {
    kind: "ack",
    body: {},
  });
  const prepared = await journal.prepare(log, {
    ...signed,
    preparedAt: 1,
    opening: null,
    subjects: [],
    intents: [],
  });
  const receipted = { ...prepared, state: "receipted", epoch: EPOCH } as const;
  await journal.settle(log, receipted, { head: { ...headOf(accepted), note: NOTE } });
  const stamp = { ...world.workspace.stampAt(index), epoch: EPOCH, index: 0 };
  const operation = { row: receipted, record, recordHash: log, stamp, read: null };
  if (isMirrored) {
    const hashes = Array.from({ length: accepted.size }, (_, at) => accepted.leafHash(at));
    await context.mirror.extend(log, { size: 0, peaks: [] }, hashes, headOf(accepted));
  }
  const row = {
    v: 1,
    slot: { epoch: EPOCH, note: NOTE, proof: NO_PROOF },
    size: sealed.size,
    root: sealed.root(),
    closedEpoch: EPOCH,
    epochLeaf: NOTE,
    inclusionPath: [],
  } as const;
  const checkpoint = {
    epoch: EPOCH,
    head: headOf(sealed),
    note: NOTE,
    closedEpoch: EPOCH,
    mapRoot: log,
    entries: () => undefined,
    isProven: () => false,
  };
  const passed = { type: "passed", checkpoint, row } as const;
  const keyName = { kind: "key" } as const;
  const key = mapKeyOf(suite, keyName);
  if (seenKey !== undefined) {
    const seen = { value: encodeMapValue("key", [seenKey, 0]), since: 0, until: 1 };
    await journal.learn(log, { seen: [{ key, seen }] });
  }
  const entries = [{ name: keyName, value: encodeMapValue("key", [0, 0]) }];
  const seal = { relied: [], operations: [operation], isComplete: true, entries };
  const notKept = await keepSeal(context, log, passed, seal);
  return {
    notKept,
    asked,
    head: (await journal.log(log)).head,
    open: (await journal.openOperations(log)).length,
    seenUntil: (await journal.seen(log, [key]))[0]?.until,
    kept: (await rows.list(CHECKPOINTS)).length + (await rows.list(PROGRESS)).length,
  };
}

/** As before the check. */
const nothing = (accepted: MerkleTree) => ({
  open: 1,
  kept: 0,
  seenUntil: undefined,
  head: { root: accepted.root() },
});
const INCONSISTENT = {
  notKept: {
    type: "failed",
    fault: { check: "E3", detail: "CheckpointInconsistent", slot: { epoch: EPOCH } },
  },
};

describe("a seal that passed while sync accepted another head", () => {
  it("is kept exactly where it is of one history with that head, whichever is the longer", async () => {
    const sizes = fc.record({
      shared: fc.integer({ min: 1, max: 20 }),
      sealed: fc.nat(20),
      accepted: fc.nat(20),
      isMirrored: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ shared, isMirrored, ...more }) => {
        const sealed = grow(shared + more.sealed);
        const accepted = grow(shared + more.accepted, shared);
        const isForked = more.accepted > 0 && more.sealed > 0;
        const isOther = more.accepted > 0 && more.sealed === 0;
        const outcome = await keep({ sealed, accepted, isMirrored });
        if (isForked) {
          expect(outcome).toMatchObject({ ...INCONSISTENT, ...nothing(accepted) });
          return;
        }
        const longest = isOther ? accepted : sealed;
        expect(outcome).toMatchObject({
          notKept: undefined,
          open: 0,
          kept: 2,
          seenUntil: sealed.size,
          head: { root: longest.root() },
        });
        expect(outcome.asked.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it("is not kept, nor anything that follows from it, where nobody says whether it is", async () => {
    const [sealed, accepted] = [grow(7), grow(9, 9)];
    for (const [lateness, because] of [
      ["silent", "offline"],
      ["refused", "refused"],
    ] as const) {
      const outcome = await keep({ sealed, accepted, lateness });
      expect(outcome).toMatchObject({ notKept: { type: "unanswered", because }, ...nothing(accepted) });
      expect(outcome.asked).toEqual([[9]]);
    }
  });

  it("is not kept where its entries are older than what sync was shown meanwhile", async () => {
    const [sealed, accepted] = [grow(7), grow(9)];
    const outcome = await keep({ sealed, accepted, seenKey: 1 });
    const fault = { check: "E1", detail: "EntryOlderThanSeen" };
    expect(outcome).toMatchObject({ ...nothing(accepted), notKept: { type: "failed", fault }, seenUntil: 1 });
    expect(await keep({ sealed, accepted, seenKey: 0 })).toMatchObject({ notKept: undefined, seenUntil: 7 });
  });

  it("is compared without a word from the server where the own tree tells", async () => {
    const [sealed, accepted] = [grow(7), grow(9, 6)];
    const outcome = await keep({ sealed, accepted, lateness: "silent", isMirrored: true });
    expect(outcome).toMatchObject({ ...INCONSISTENT, ...nothing(accepted), asked: [] });
    const same = await keep({ sealed, accepted: grow(9), lateness: "silent", isMirrored: true });
    expect(same).toMatchObject({ notKept: undefined, kept: 2, asked: [] });
  });
});
