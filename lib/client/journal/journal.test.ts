import { describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { createIntentQueue } from "./intent.ts";
import { createJournal } from "./journal.ts";
import { createMirror } from "./mirror.ts";

const suite = await createProductSuite();
const log = randomBytes(32);
const hash = (n: number) => new Uint8Array(32).fill(n);
const note = (n: number) => new Uint8Array(80).fill(n);

function operation(intents: readonly number[] = []) {
  return {
    record: hash(1),
    signature: new Uint8Array(64),
    preparedAt: 1,
    opening: null,
    subjects: ["a"],
    intents,
  };
}

describe("the journal", () => {
  it("keeps operations open until a check or a refusal closes them", async () => {
    const journal = createJournal(createMemoryRows(suite));
    const first = await journal.prepare(log, operation());
    const second = await journal.prepare(log, operation());
    expect([first.order, second.order]).toEqual([0, 1]);
    expect((await journal.preparedOperations(log)).map(({ order }) => order)).toEqual([0, 1]);
    await journal.settle(log, { ...first, state: "receipted", epoch: 4 });
    expect((await journal.preparedOperations(log)).map(({ order }) => order)).toEqual([1]);
    expect((await journal.openOperations(log)).map(({ order }) => order)).toEqual([0, 1]);
    await journal.settle(log, { ...second, state: "abandoned" });
    expect(await journal.preparedOperations(log)).toEqual([]);
    expect((await journal.openOperations(log)).map(({ order }) => order)).toEqual([0]);
    await journal.settle(log, { ...first, state: "verified", epoch: 4 });
    expect(await journal.openOperations(log)).toEqual([]);
    expect((await journal.operationsInEpoch(log, 4)).map(({ order }) => order)).toEqual([0]);
    expect((await journal.lastVerified(log))?.order).toBe(0);
  });

  it("remembers every head, and goes only forward", async () => {
    const journal = createJournal(createMemoryRows(suite));
    for (const size of [5, 3, 9])
      await journal.learn(log, { head: { size, root: hash(size), note: note(size) } });
    expect((await journal.log(log)).head?.size).toBe(9);
    expect((await journal.heads(log)).map(({ size }) => size)).toEqual([3, 5, 9]);
  });

  it("does not take another head of the same size for a newer one", async () => {
    const journal = createJournal(createMemoryRows(suite));
    for (const root of [hash(1), hash(2)])
      await journal.learn(log, { head: { size: 5, root, note: note(5) } });
    expect((await journal.log(log)).head?.root).toEqual(hash(1));
    expect(await journal.heads(log)).toHaveLength(2);
  });

  it("settles what a seal covers together with whatever else is known by it, or not at all", async () => {
    const rows = createMemoryRows(suite);
    const journal = createJournal(rows);
    const prepared = await journal.prepare(log, operation());
    const receipted = { ...prepared, state: "receipted", epoch: 4 } as const;
    const heads = [3, 5, 9].map((size) => ({ size, root: hash(size), note: note(size) }));
    for (const head of heads) await journal.learn(log, { head });
    await journal.settle(log, receipted);
    const seen = [{ key: hash(8), seen: { value: hash(8), since: 6, until: 7 } }];
    const head = { size: 7, root: hash(7), note: note(7) };
    const seal = { head, operations: [receipted], covered: [], seen };
    const broken = { table: "", ids: [], value: null };
    const failing = createJournal({
      ...rows,
      write: async (changes) => {
        if (changes.includes(broken)) throw new Error("disk full");
        await rows.write(changes);
      },
    });
    await expect(failing.cover(log, seal, [broken])).rejects.toThrow("disk full");
    expect(await journal.openOperations(log)).toHaveLength(1);
    expect(await journal.seen(log, [hash(8)])).toEqual([undefined]);
    await journal.cover(log, { ...seal, covered: heads.slice(0, 2) }, []);
    expect(await journal.seen(log, [hash(8)])).toMatchObject([{ until: 7 }]);
    expect(await journal.openOperations(log)).toEqual([]);
    expect((await journal.lastVerified(log))?.order).toBe(prepared.order);
    // A seal below the newest head takes nothing back.
    expect((await journal.log(log)).head?.size).toBe(9);
    expect((await journal.heads(log)).map(({ size }) => size)).toEqual([9]);
    await journal.cover(
      log,
      { ...seal, operations: [], head: { size: 12, root: hash(12), note: note(12) } },
      [],
    );
    expect((await journal.log(log)).head?.size).toBe(12);
  });

  it("ends intents with the operation that carried them out, and only then", async () => {
    const rows = createMemoryRows(suite);
    const journal = createJournal(rows);
    const intents = createIntentQueue(rows);
    const wanted = { createdAt: 1, changes: [], contents: [], subjects: [] };
    await intents.add(log, [wanted]);
    const [second] = await intents.add(log, [wanted]);
    const prepared = await journal.prepare(log, operation([0]));
    await journal.settle(log, { ...prepared, state: "receipted" }, { isApplied: false });
    expect(await intents.list(log)).toHaveLength(2);
    await journal.settle(log, { ...prepared, state: "receipted" }, { isApplied: true });
    expect((await intents.list(log)).map(({ order }) => order)).toEqual([second?.order]);
  });

  it("stays incomplete once it was", async () => {
    const journal = createJournal(createMemoryRows(suite));
    await journal.learn(log, { own: { seq: 7, recordHash: hash(1), index: 9 }, isIncomplete: true });
    await journal.learn(log, { own: { seq: 8, recordHash: hash(2), index: 12 } });
    expect(await journal.log(log)).toMatchObject({ isComplete: false, own: { seq: 8 } });
  });
});

describe("the mirror", () => {
  const leaves = Array.from({ length: 1300 }, (_, index) =>
    suite.sha256(Uint8Array.of(index & 255, index >> 8)),
  );
  const full = new MerkleTree(suite.sha256);
  for (const leaf of leaves) full.append(leaf);
  const headAt = (size: number) => ({ size, root: full.root(size) });

  it("proves what the whole log would, also after it was trimmed", async () => {
    const mirror = createMirror(suite, createMemoryRows(suite));
    for (const [from, to] of [
      [0, 700],
      [700, 701],
      [650, 1300],
    ] as const) {
      expect(await mirror.extend(log, full.frontier(from), leaves.slice(from, to), headAt(to))).toMatchObject(
        { ok: true },
      );
    }
    await mirror.trim(log, 600);
    const tree = await mirror.tree(log);
    expect(tree?.firstSize).toBe(600);
    expect(tree?.consistencyPath(650, 1300)).toEqual(full.consistencyPath(650, 1300));
    expect(tree?.inclusionPath(1000, 1300)).toEqual(full.inclusionPath(1000, 1300));
  });

  it("takes only what belongs to a verified head", async () => {
    const mirror = createMirror(suite, createMemoryRows(suite));
    const refused = { ok: false, error: { type: "LeafHashesNotOfHead" } };
    expect(await mirror.extend(log, full.frontier(0), leaves.slice(0, 9), headAt(10))).toEqual(refused);
    expect(await mirror.extend(log, full.frontier(0), leaves.slice(1, 11), headAt(10))).toEqual(refused);
    expect(await mirror.tree(log)).toBeUndefined();
    expect(await mirror.extend(log, full.frontier(0), leaves.slice(0, 10), headAt(10))).toMatchObject({
      ok: true,
    });
    expect(await mirror.extend(log, full.frontier(20), leaves.slice(20, 30), headAt(30))).toEqual(refused);
  });
});
