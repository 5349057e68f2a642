import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { openInstanceMemory } from "./instance-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-memory-"));
const file = join(folder, "instance");
const hash = (fill: number) => new Uint8Array(32).fill(fill);
let suite: CryptoSuite;
let seeds = 0;

beforeAll(async () => {
  suite = await createProductSuite();
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (databaseCommit: number) =>
  openInstanceMemory({
    suite,
    randomBytes: (length) => new Uint8Array(length).fill(++seeds),
    file,
    databaseCommit,
  });

/** A file that knows commits 1 to 5, and its key. */
async function writeMemory() {
  rmSync(file, { force: true });
  const memory = await open(0);
  expect(memory.isNewKey).toBe(true);
  for (let commit = 1; commit <= 5; commit++) {
    await memory.remember(commit, [{ log: hash(1), size: commit * 10, root: hash(commit) }]);
  }
  await memory.close();
  return { key: memory.secretKey, bytes: readFileSync(file) };
}

describe("an instance's memory", () => {
  it("is readable by its owner alone", async () => {
    await writeMemory();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("keeps its key exactly as long as it knows all but the last commit", async () => {
    const { key } = await writeMemory();
    for (const [databaseCommit, isKept, needsRecovery] of [
      [4, true, true],
      [5, true, false],
      [6, true, false],
      [7, false, false],
    ] as const) {
      const memory = await open(databaseCommit);
      expect([memory.isNewKey, memory.needsRecovery()]).toEqual([!isKept, needsRecovery]);
      expect(memory.secretKey.join() === key.join()).toBe(isKept);
      expect(memory.headOf(hash(1))?.size).toBe(isKept ? 50 : undefined);
      await memory.close();
    }
  });

  it("never believes more than whole entries, wherever a crash or a bad disk has hit it", async () => {
    const { key, bytes } = await writeMemory();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.option(fc.nat({ max: 255 })),
        async (at, damage) => {
          const changed = damage === null ? bytes.subarray(0, at) : Uint8Array.from(bytes);
          const isSame = damage !== null && changed[at] === damage;
          if (damage !== null) changed[at] = damage;
          writeFileSync(file, changed);
          const memory = await open(5);
          const size = memory.headOf(hash(1))?.size ?? 0;
          if (memory.isNewKey) {
            expect(memory.secretKey).not.toEqual(key);
            expect(size).toBe(0);
          } else {
            expect(memory.secretKey).toEqual(key);
            expect(size).toBe(memory.commitNumber() * 10);
            expect(memory.commitNumber()).toBeGreaterThanOrEqual(4);
          }
          if (isSame) expect(memory.isNewKey).toBe(false);
          // What is written after the damage is read again.
          await memory.remember(6, [{ log: hash(2), size: 1, root: hash(1) }]);
          await memory.close();
          const next = await open(6);
          expect(next.secretKey).toEqual(memory.secretKey);
          expect(next.headOf(hash(2))?.size).toBe(1);
          await next.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it("stays small, also with more logs than fit one entry", async () => {
    rmSync(file, { force: true });
    const memory = await open(0);
    const logs = Array.from({ length: 25_000 }, (_, index) => {
      const log = new Uint8Array(32);
      new DataView(log.buffer).setUint32(0, index);
      return { log, size: 1, root: hash(1) };
    });
    for (let from = 0; from < logs.length; from += 5000)
      await memory.remember(1, logs.slice(from, from + 5000));
    for (let commit = 2; commit <= 12; commit++) await memory.remember(commit, logs.slice(0, 10_000));
    await memory.close();
    const reopened = await open(12);
    expect(reopened.isNewKey).toBe(false);
    expect(logs.every(({ log }) => reopened.headOf(log)?.size === 1)).toBe(true);
    for (let commit = 13; commit <= 40; commit++) await reopened.remember(commit, logs.slice(0, 10_000));
    expect(statSync(file).size).toBeLessThan(20 * 1024 * 1024);
    await reopened.close();
    const last = await open(40);
    expect(logs.every(({ log }) => last.headOf(log)?.size === 1)).toBe(true);
    await last.close();
  });

  it("remembers one record of each epoch, also when it has forgotten the old ones", async () => {
    await writeMemory();
    const memory = await open(5);
    expect(await memory.rememberEpochRecord(7, hash(1))).toBe(true);
    expect(await memory.rememberEpochRecord(7, hash(1))).toBe(true);
    expect(await memory.rememberEpochRecord(7, hash(2))).toBe(false);
    expect(await memory.rememberEpochRecord(6, hash(3))).toBe(false);
    await memory.close();
    const next = await open(5);
    expect(await next.rememberEpochRecord(7, hash(2))).toBe(false);
    await next.close();
  });
});
