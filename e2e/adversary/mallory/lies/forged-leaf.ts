import { randomBytes } from "node:crypto";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { createMapChange, type EntryReader, type MapChange, readMapEntry } from "#protocol/log/map-entry.ts";
import { type ReadOpening, readResultsHash } from "#protocol/log/read.ts";
import { encodeRecord } from "#protocol/log/record.ts";
import { append } from "#protocol/wire/append.ts";
import { encodeOpening } from "#server/log/read-answer.ts";
import { readResultsOf } from "#server/log/read-results.ts";
import { appendOf, requestOf } from "../call.ts";
import { changesOf, deviceChange, forge, type StoredRecord } from "../forge.ts";
import type { CreateLie, Stage } from "../mallory.ts";
import type { Beside } from "../rewrite-log.ts";

export type Forged = Pick<StoredRecord, "signed" | "record">;

/**
 * Attack 28: a write gets a true receipt and a leaf of its own, but the map under the leaf does not know what was
 * written: the newest version stays hidden.
 */
export const hiddenWriteLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const { log, contents } = write;
      victim = log;
      await forgeNewest(stage, log, write, {
        changes: (index) => [ownChange(stage, write, index)],
        beside: { contents: contents.map((ciphertext) => contentRow(stage, log, ciphertext)) },
      });
      return stage.answer(call);
    },
  };
};

/**
 * Attack 3: a READ for the newest version gets the one before it, with a map drawn to fit, and is logged like that
 * after the newer write.
 */
export const staleReadLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const read = appendOf(call);
      const opening = requestOf(call, append)?.opening;
      if (victim || !read || !opening || !stage.mayLie(read.log)) return undefined;
      const { log } = read;
      const live = await stage.history().engine.reader.log(log);
      const older = live && olderVersions(stage, live.entries, opening);
      if (!older || older.length === 0) return undefined;
      victim = log;
      const stale: EntryReader = (key) =>
        older.find((change) => equalBytes(change.key, key))?.value ?? live.entries(key);
      const { results } = readResultsOf(stage.suite, stale, opening.items);
      const resultsHash = readResultsHash(stage.suite, opening.nonce, results);
      await forgeNewest(stage, log, read, {
        changes: (index) => [ownChange(stage, read, index), ...older],
        results: resultsHash,
        beside: (index) => ({ openings: [{ log, index, opening: encodeOpening(opening) }] }),
      });
      return stage.answer(call);
    },
  };
};

/** Attack 13: a write is put a second time into another log that its author works with. */
export const replayElsewhereLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  const others = new Map<string, Bytes>();
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write") return undefined;
      others.set(write.log.join(), write.log);
      const other = [...others.values()].find((log) => !equalBytes(log, write.log));
      if (!other || !stage.mayLie(write.log)) return undefined;
      const served = await stage.answer(call);
      victim = other;
      await forgeNewest(stage, other, write, {
        changes: (index) => changesOf(stage.suite, write, index),
        beside: { contents: write.contents.map((ciphertext) => contentRow(stage, other, ciphertext)) },
      });
      return served;
    },
  };
};

/** Attack 15: after a write its author's next version appears, without the author's signature. */
export const forgedWriteLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const served = await stage.answer(call);
      const forgery = await forgeNextVersion(stage, write);
      if (!forgery) return served;
      victim = write.log;
      await forgeNewest(stage, write.log, forgery, {
        changes: (index) => changesOf(stage.suite, forgery, index),
      });
      return served;
    },
  };
};

/** Puts a leaf at the end of a log underneath the server, with whatever map it likes. */
export async function forgeNewest(
  stage: Stage,
  log: Bytes,
  forged: Forged,
  plan: {
    readonly changes: (index: number) => readonly MapChange[];
    readonly results?: Bytes;
    readonly beside?: Partial<Beside> | ((index: number) => Partial<Beside>);
  },
): Promise<void> {
  const { engine } = stage.history();
  const live = await engine.reader.log(log);
  const organization = live && (await engine.reader.log(live.identity.organization));
  if (!live || !organization) throw new Error("only logs that exist are lied about");
  const stamp = {
    instance: stage.signer.instanceId,
    epoch: engine.epochLogs.openEpoch(),
    organizationSize: organization.tail.size,
    results: plan.results ?? null,
  };
  const index = live.tail.size;
  await stage.rewrite(log, index, (draft) => {
    forge(stage.suite, draft, forged, stamp, plan.changes(index));
    return typeof plan.beside === "function" ? plan.beside(index) : plan.beside;
  });
}

function ownChange({ suite }: Stage, { record, signed }: Forged, index: number): MapChange {
  return deviceChange(suite, record, recordHashOf(suite, signed.record, signed.signature), index);
}

export function contentRow({ suite }: Stage, log: Bytes, ciphertext: Bytes) {
  return { log, hash: suite.sha256(ciphertext), ciphertext };
}

/** The entries that say, of each manifest asked for that has an earlier version, that this is the newest. */
function olderVersions({ suite }: Stage, entries: EntryReader, { items }: ReadOpening): readonly MapChange[] {
  return items.flatMap(({ manifest: id, version }) => {
    const newest = readMapEntry(suite, entries, { kind: "manifest", id })?.[0] ?? 0;
    if (version !== null || newest < 2) return [];
    return [createMapChange(suite, { kind: "manifest", id }, "manifest", [newest - 1, false])];
  });
}

async function forgeNextVersion(stage: Stage, write: Forged): Promise<Forged | undefined> {
  const { suite } = stage;
  const { record, signed } = write;
  if (record.content.kind !== "write") return undefined;
  const live = await stage.history().engine.reader.log(record.log);
  if (!live) return undefined;
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  const items = record.content.body.items.map((item) => ({
    ...item,
    baseVersion: item.baseVersion + 1,
    baseRecord: recordHash,
  }));
  const forged = {
    ...record,
    seq: record.seq + 1,
    prev: recordHash,
    seenSize: live.tail.size,
    seenRoot: live.tail.root,
    content: { kind: "write", body: { items, guards: [] } },
  } as const;
  return {
    record: forged,
    signed: { record: encodeRecord(forged), signature: new Uint8Array(randomBytes(64)) },
  };
}
