import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { openStore, type StoreLocation } from "../open-store.ts";
import type { CommitBatch, LogRow, Store } from "../store.ts";
import { StoreError } from "../store-error.ts";

/** What every driver must do; `createLocation` gives an empty database each time. */
export function describeStoreContract(driver: string, createLocation: () => StoreLocation): void {
  describe(`store on ${driver}`, () => {
    let location: StoreLocation;
    let store: Store;

    beforeEach(async () => {
      location = createLocation();
      store = await openStore(location);
    });

    afterEach(() => store.close());

    it("starts empty", async () => {
      expect(await store.commitNumber()).toBe(0);
      expect(await store.openEpoch()).toBe(0);
      expect(await store.log(LOG)).toBeUndefined();
      expect(await store.newestEpochRecord()).toBeUndefined();
    });

    it("keeps leaves, entries and tails across a restart, as plain byte arrays", async () => {
      await store.commit(
        batchOf(1, { size: 3, entries: [entry(1, 0, 10), entry(2, 1, 20), entry(1, 2, 11)] }),
      );
      await store.close();
      store = await openStore(location);
      expect(await store.log(LOG)).toEqual(rowOf(3));
      expect(await store.leafHashes(LOG, 1, 3)).toEqual([hash(101), hash(102)]);
      expect(await store.mapEntries(LOG, 3)).toEqual(
        expect.arrayContaining([entry(1, 2, 11), entry(2, 1, 20)]),
      );
      expect(await store.mapEntries(LOG, 2)).toHaveLength(2);
      expect(await store.mapEntriesOf(LOG, 2, [hash(1), hash(9)])).toEqual([entry(1, 0, 10)]);
      expect(await store.entryIndices(LOG, hash(1), 0, 9)).toEqual([0, 2]);
      expect(await store.entryIndices(LOG, hash(1), 1, 1)).toEqual([2]);
      const [key] = (await store.mapEntries(LOG, 1)).map((row) => row.key);
      expect(Object.getPrototypeOf(key)).toBe(Uint8Array.prototype);
      expect(key?.buffer.byteLength).toBe(32);
    });

    it("gives leaves up to a byte limit, at least one", async () => {
      await store.commit(batchOf(1, { size: 200 }));
      expect(await store.leaves(LOG, 0, 200, 1_000_000)).toHaveLength(200);
      expect(await store.leaves(LOG, 10, 200, 95)).toEqual([10, 11, 12].map(leafBytes));
      expect(await store.leaves(LOG, 10, 200, 1)).toEqual([leafBytes(10)]);
      expect(await store.leaves(LOG, 200, 300, 100)).toEqual([]);
    });

    it("finds a record by its hash and keeps one leaf per record", async () => {
      await store.commit(batchOf(1, { size: 2 }));
      expect(await store.leafByRecord(LOG, hash(201))).toEqual({ index: 1, leaf: leafBytes(1) });
      expect(await store.leafByRecord(OTHER, hash(201))).toBeUndefined();
      const twice = batchOf(2, { size: 3, from: 2 });
      const repeated = twice.logs.map((log) => ({
        ...log,
        leaves: log.leaves.map((leaf) => ({ ...leaf, recordHash: hash(201) })),
      }));
      await expect(store.commit({ ...twice, logs: repeated })).rejects.toThrow(StoreError);
    });

    it("commits all or nothing", async () => {
      await store.commit(batchOf(1, { size: 1 }));
      const broken = batchOf(2, { size: 2, from: 1, entries: [entry(1, 1, 1), entry(1, 1, 2)] });
      await expect(store.commit(broken)).rejects.toThrow(StoreError);
      expect(await store.commitNumber()).toBe(1);
      expect((await store.log(LOG))?.tail.size).toBe(1);
      expect(await store.leafHashes(LOG, 0, 5)).toHaveLength(1);
    });

    it("refuses a commit that does not follow the last one", async () => {
      await store.commit(batchOf(1, { size: 1 }));
      const notNext = "another process has written to this database";
      await expect(store.commit(batchOf(1, { size: 2, from: 1 }))).rejects.toThrow(new StoreError(notNext));
      await expect(store.commit(batchOf(3, { size: 2, from: 1 }))).rejects.toThrow(StoreError);
      await store.commit(batchOf(2, { size: 2, from: 1 }));
    });

    it("stores ciphertexts once, apart by log and by person", async () => {
      const ciphertext = new Uint8Array(3 * 1024 * 1024).fill(7);
      const content = { log: LOG, hash: hash(1), ciphertext };
      await store.commit({ ...batchOf(1, { size: 1 }), contents: [content, content] });
      // Element by element, as toEqual compares, three million of them would take seconds.
      expect(await store.contents(LOG, [hash(1), hash(2)])).toEqual([{ hash: hash(1), ciphertext }]);
      expect(await store.contents(OTHER, [hash(1)])).toEqual([]);
      expect(await store.contents(LOG, [])).toEqual([]);
      expect(await store.contentSizes(LOG, [hash(1), hash(2)])).toEqual([
        { hash: hash(1), sizeBytes: ciphertext.length },
      ]);
      const ring = { log: LOG, hash: hash(3), user: id(1), ciphertext: hash(30) };
      const profile = { organization: LOG, hash: hash(4), ciphertext: hash(40) };
      await store.commit({ ...EMPTY, commitNumber: 2, rings: [ring], profiles: [profile] });
      const later = { ...profile, ciphertext: hash(41) };
      await store.commit({ ...EMPTY, commitNumber: 3, rings: [ring], profiles: [later] });
      expect(await store.ring(LOG, hash(3), id(1))).toEqual(hash(30));
      expect(await store.ring(LOG, hash(3), id(2))).toBeUndefined();
      expect(await store.profiles(LOG, [hash(4), hash(5)])).toEqual([
        { hash: hash(4), ciphertext: hash(40) },
      ]);
      expect(await store.profiles(OTHER, [hash(4)])).toEqual([]);
      expect(await store.profiles(LOG, [])).toEqual([]);
    });

    it("lists the workspaces with an entry, newest value first in time", async () => {
      const workspace: LogRow = { ...rowOf(2), id: OTHER, kind: "workspace", organization: LOG };
      await store.commit({
        ...batchOf(1, { size: 1, entries: [entry(5, 0, 1)] }),
        logs: [
          ...batchOf(1, { size: 1, entries: [entry(5, 0, 1)] }).logs,
          { row: workspace, leaves: [], entries: [entry(5, 0, 2), entry(5, 1, 3)] },
        ],
      });
      expect(await store.workspacesWith(LOG, hash(5))).toEqual([{ log: OTHER, value: hash(3) }]);
      expect(await store.workspacesWith(LOG, hash(6))).toEqual([]);
      expect(await store.workspacesWith(OTHER, hash(5))).toEqual([]);
    });

    it("keeps epochs: closings, checkpoints and one record each", async () => {
      const checkpoint = (log: Bytes, epoch: number, size: number) => ({
        log,
        epoch,
        size,
        root: hash(size),
      });
      await store.commit({
        ...batchOf(1, { size: 5 }),
        closings: [{ epoch: 0, ledgerHeight: 2 ** 40, ledgerHash: hash(1) }],
        checkpoints: [checkpoint(LOG, 0, 5), checkpoint(OTHER, 0, 2)],
      });
      await store.commit({
        ...EMPTY,
        commitNumber: 2,
        closings: [{ epoch: 1, ledgerHeight: 2 ** 40 + 1, ledgerHash: hash(2) }],
        checkpoints: [checkpoint(LOG, 1, 9)],
      });
      expect(await store.openEpoch()).toBe(2);
      expect(await store.epochClosing(0)).toEqual({ epoch: 0, ledgerHeight: 2 ** 40, ledgerHash: hash(1) });
      expect(await store.checkpointsMadeIn(1)).toEqual([checkpoint(LOG, 1, 9)]);
      expect(await store.checkpointsUpTo(1)).toEqual(
        expect.arrayContaining([checkpoint(LOG, 1, 9), checkpoint(OTHER, 0, 2)]),
      );
      expect(await store.checkpointsUpTo(0)).toHaveLength(2);
      expect(await store.checkpointUpTo(LOG, 0)).toEqual(checkpoint(LOG, 0, 5));
      expect(await store.isCheckpointSize(LOG, 9)).toBe(true);
      expect(await store.isCheckpointSize(LOG, 8)).toBe(false);

      const record = {
        epoch: 0,
        record: hash(7),
        recordHash: hash(8),
        transaction: null,
        anchoredHeight: null,
      };
      await store.insertEpochRecord(record);
      await store.insertEpochRecord({ ...record, record: hash(70) });
      await store.setEpochTransaction(0, hash(9));
      await store.setEpochTransaction(0, hash(90));
      await store.setAnchored(0, 12);
      expect(await store.epochRecord(0)).toEqual({ ...record, transaction: hash(9), anchoredHeight: 12 });
      expect(await store.newestEpochRecord()).toMatchObject({ epoch: 0 });
      expect(await store.epochRecordHashes(0)).toEqual([{ epoch: 0, recordHash: hash(8) }]);
    });

    it("counts stored blocks once, for the device that reserved them", async () => {
      const block = (organization: Bytes, fill: number) => ({ organization, id: hash(fill) });
      const reserve = (organization: Bytes, fill: number, device: number, sizeBytes: number) => ({
        ...block(organization, fill),
        device: hash(device),
        sizeBytes,
      });
      const nothing = { stored: [], released: [], begun: [] };
      const begun = [
        ...[reserve(LOG, 1, 201, 2 ** 40), reserve(LOG, 2, 201, 5), reserve(LOG, 3, 202, 7)],
        reserve(OTHER, 1, 203, 11),
      ];
      await store.recordBlocks(nothing);
      await store.recordBlocks({ ...nothing, begun });
      // The outcome of the first may have been unknown; it stays with the device that was first.
      await store.recordBlocks({ ...nothing, begun: [reserve(LOG, 1, 202, 9)] });
      expect(await store.blockUsage(LOG)).toEqual([]);
      expect(await store.blockReservations(LOG)).toEqual(expect.arrayContaining(begun.slice(0, 3)));
      expect(await store.blockReservations(OTHER)).toEqual([reserve(OTHER, 1, 203, 11)]);

      const ends = {
        stored: [block(LOG, 1), block(OTHER, 1), block(LOG, 3), block(LOG, 99)],
        released: [block(LOG, 2), block(OTHER, 2)],
      };
      for (let time = 0; time < 2; time++) {
        await store.recordBlocks({ ...ends, begun: [reserve(LOG, 4, 201, 13)] });
        expect(await store.blockUsage(LOG)).toEqual(
          expect.arrayContaining([
            { device: hash(201), sizeBytes: 2 ** 40 },
            { device: hash(202), sizeBytes: 7 },
          ]),
        );
        expect(await store.blockUsage(OTHER)).toEqual([{ device: hash(203), sizeBytes: 11 }]);
        expect(await store.blockReservations(LOG)).toEqual([reserve(LOG, 4, 201, 13)]);
      }
      await store.close();
      store = await openStore(location);
      // Ended and begun again in one: the end is of the one before.
      await store.recordBlocks({
        stored: [block(LOG, 4)],
        released: [],
        begun: [reserve(LOG, 4, 202, 13)],
      });
      expect(await store.blockUsage(LOG)).toContainEqual({ device: hash(201), sizeBytes: 2 ** 40 + 13 });
      expect(await store.blockReservations(LOG)).toEqual([reserve(LOG, 4, 202, 13)]);
    });

    it("records more blocks at once than one statement takes", async () => {
      const blocks = Array.from({ length: 1201 }, (_, index) => {
        const id = hash(0);
        id.set([index >> 8, index & 255]);
        return { organization: LOG, id, device: hash(201), sizeBytes: 3 };
      });
      await store.recordBlocks({ stored: [], released: [], begun: blocks });
      await store.recordBlocks({ stored: blocks.slice(1), released: blocks.slice(0, 1), begun: [] });
      expect(await store.blockUsage(LOG)).toEqual([{ device: hash(201), sizeBytes: 3600 }]);
      expect(await store.blockReservations(LOG)).toEqual([]);
    });

    it("knows which logs have an open epoch, the organization first", async () => {
      const tail = { ...rowOf(1).tail, isClosed: false, lastEpoch: 3 };
      const organization: LogRow = { ...rowOf(1), id: OTHER, organization: OTHER, tail };
      const workspace: LogRow = { ...rowOf(1), kind: "workspace", organization: OTHER, tail };
      await store.commit({
        ...EMPTY,
        commitNumber: 1,
        logs: [workspace, organization].map((row) => ({ row, leaves: [], entries: [] })),
      });
      expect(await store.unclosedLogs(3)).toEqual([OTHER, LOG]);
      expect(await store.unclosedLogs(2)).toEqual([]);
    });
  });
}

const hash = (fill: number): Bytes => new Uint8Array(32).fill(fill);
const id = (fill: number): Bytes => new Uint8Array(16).fill(fill);
const LOG = hash(250);
const OTHER = hash(251);
const leafBytes = (index: number): Bytes => new Uint8Array(30).fill(index);
const entry = (key: number, index: number, value: number) => ({ key: hash(key), index, value: hash(value) });

const EMPTY: CommitBatch = {
  commitNumber: 0,
  logs: [],
  openings: [],
  contents: [],
  rings: [],
  profiles: [],
  checkpoints: [],
  closings: [],
};

function rowOf(size: number): LogRow {
  return {
    id: LOG,
    kind: "organization",
    organization: LOG,
    tail: {
      size,
      root: hash(size),
      lastTime: 1_700_000_000_000,
      lastEpoch: 0,
      isClosed: true,
      organizationSize: 1,
      checkpoint: { epoch: 0, size: 1, root: hash(1) },
    },
  };
}

function batchOf(
  commitNumber: number,
  log: { readonly size: number; readonly from?: number; readonly entries?: ReturnType<typeof entry>[] },
): CommitBatch {
  const from = log.from ?? 0;
  const leaves = Array.from({ length: log.size - from }, (_, offset) => {
    const index = from + offset;
    return { index, leaf: leafBytes(index), leafHash: hash(100 + index), recordHash: recordHash(index) };
  });
  return { ...EMPTY, commitNumber, logs: [{ row: rowOf(log.size), leaves, entries: log.entries ?? [] }] };
}

/** Distinct for more than 256 indices. */
function recordHash(index: number): Bytes {
  const out = hash(200 + (index % 50));
  if (index >= 50) out[0] = Math.floor(index / 50);
  return out;
}
