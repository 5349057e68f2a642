import { describe, expect, it } from "vitest";
import { equalBytes } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";
import { checkRead, type ReadAnswer } from "./check-read.ts";
import { type EntryReader, encodeMapValue, mapKeyOf } from "./map-entry.ts";
import { type ReadResult, readRequestHash, readResultsHash } from "./read.ts";
import { createWrite, flipBit, NO_BASE, namedBytes } from "./testing/memory-log.ts";
import { authorityOf, readNewest } from "./testing/memory-read.ts";
import { createMemoryWorld } from "./testing/memory-world.ts";
import { testSuite } from "./testing/test-suite.ts";

/** In these tests a content hash is the hash of the content's name, so the suite must find the name again. */
const CONTENT = encodeUtf8("ciphertext of the report");
const manifest = namedBytes(testSuite, "report").slice(0, 16);
const absent = namedBytes(testSuite, "nothing").slice(0, 16);

function exchange() {
  const world = createMemoryWorld(testSuite);
  const { alice, bob, workspace, organization, suite } = world;
  const write = createWrite(suite, manifest, NO_BASE, "x");
  if (write.kind !== "write") throw new Error("a write");
  const items = write.body.items.map((item) => ({
    ...item,
    contentHash: suite.sha256(CONTENT),
    sizeBytes: CONTENT.length,
  }));
  alice.act(workspace, organization, { kind: "write", body: { ...write.body, items } });
  const { record, opening, receipt, answer } = readNewest(world, bob, [manifest, absent], () => CONTENT);
  const input = {
    record,
    opening,
    receipt,
    answer,
    organizationAt: (size: number) => (size <= organization.size ? organization.entriesAt(size) : undefined),
    authority: authorityOf(world),
  };
  const check = (changed: Partial<ReadAnswer> = {}) =>
    checkRead(suite, { ...input, answer: { ...answer, ...changed } });
  return { check, answer, world, input };
}

const AUTHORITY = mapKeyOf(testSuite, { kind: "authority" });
const authorityOnly =
  (entries: EntryReader): EntryReader =>
  (key) =>
    equalBytes(key, AUTHORITY) ? entries(key) : undefined;

describe("checkRead (I3)", () => {
  it("accepts what the log says and tells who wrote it", () => {
    const { check, world } = exchange();
    const reads = check();
    expect(reads.ok && reads.value[0]?.content).toEqual(CONTENT);
    expect(reads.ok && reads.value[0]?.write?.record.device).toEqual(world.alice.device);
    expect(reads.ok && reads.value[1]?.result.status).toBe("absent");
  });

  it("refuses bytes that are not the content (attacks 29, 33)", () => {
    const { check } = exchange();
    expect(check({ contents: [flipBit(CONTENT, 3), null] })).toEqual({
      ok: false,
      error: { type: "ReadContentHashWrong", item: 0 },
    });
  });

  it("refuses withheld bytes (attack 32)", () => {
    expect(exchange().check({ contents: [null, null] })).toEqual({
      ok: false,
      error: { type: "ReadContentMissing", item: 0 },
    });
  });

  it("refuses results that the stamp is not bound to (attack 29)", () => {
    const { check, answer } = exchange();
    const results = answer.results.map((result) => ({ ...result, version: result.version + 1 }));
    expect(check({ results })).toEqual({ ok: false, error: { type: "ReadResultsNotBound" } });
  });

  it("takes nothing from a version that is not there (attack 28)", () => {
    const { input } = exchange();
    const opening = { ...input.opening, items: [{ manifest: absent, version: 1 }] };
    const request = readRequestHash(testSuite, opening);
    const check = (changed: Partial<ReadResult> = {}) => {
      const results = input.answer.results.slice(1).map((result) => ({ ...result, ...changed }));
      const stamp = { ...input.receipt.stamp, results: readResultsHash(testSuite, opening.nonce, results) };
      return checkRead(testSuite, {
        ...input,
        record: { ...input.record, content: { kind: "read", body: { count: 1, request } } },
        opening,
        receipt: {
          ...input.receipt,
          stamp,
          entries: authorityOnly(input.receipt.entries),
          isProven: () => true,
        },
        answer: { results, contents: [null], writes: [] },
      });
    };
    expect(check()).toMatchObject({ ok: true });
    // What is not there has no number either, or the next honest answer would look old.
    expect(check({ version: 9, recordHash: namedBytes(testSuite, "any") })).toMatchObject({ ok: false });
  });

  it("refuses to take a version for deleted that its author wrote (attack 28)", () => {
    const { input } = exchange();
    const newest = mapKeyOf(testSuite, { kind: "manifest", id: manifest });
    const deleted = encodeMapValue("manifest", [1, true]);
    const entries: EntryReader = (key) => (equalBytes(key, newest) ? deleted : input.receipt.entries(key));
    const results = input.answer.results.map((result) =>
      result.status === "found" ? ({ ...result, status: "deleted" } as const) : result,
    );
    const stamp = {
      ...input.receipt.stamp,
      results: readResultsHash(testSuite, input.opening.nonce, results),
    };
    const lie = checkRead(testSuite, {
      ...input,
      receipt: { ...input.receipt, entries, stamp },
      answer: { ...input.answer, results, contents: [null, null] },
    });
    expect(lie).toEqual({ ok: false, error: { type: "ReadResultDiffersFromMap", item: 0 } });
  });

  it("refuses a result whose write is not shown, or is another leaf (attack 15)", () => {
    const { check, answer, world } = exchange();
    expect(check({ writes: [] })).toEqual({
      ok: false,
      error: { type: "ReadWriteNotProven", item: 0 },
    });
    const other = answer.writes.map((write) => ({
      ...write,
      leaf: world.workspace.leaves[0] ?? write.leaf,
    }));
    expect(check({ writes: other })).toEqual({ ok: false, error: { type: "ReadWriteNotProven", item: 0 } });
  });

  it("refuses answers of another length", () => {
    expect(exchange().check({ results: [] })).toEqual({ ok: false, error: { type: "ReadResultCountWrong" } });
  });
});
