import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { isActiveAt } from "#protocol/checkpoint/ledger-state.ts";
import { bytesUpTo, codec } from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { instanceIdOf } from "#protocol/log/identifiers.ts";
import { MAX_LEAF_BYTES, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { type InvalidLeaf, LogReplay } from "#protocol/log/replay.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { ok, type Result } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { CheckCode, EngineError } from "../engine.ts";
import type { HeadRow } from "../journal/tables.ts";
import type { LedgerClient } from "../ledger/ledger-client.ts";
import { putRow, type RowTable, type SealedRows } from "../storage/sealed-rows.ts";
import type { Sessions } from "../transport/sessions.ts";
import { ledgerErrorOf, sessionErrorOf } from "./engine-errors.ts";

/**
 * The organization's log, replayed leaf by leaf on this device: who the users and devices are is never taken from
 * a map that the server drew. It is small, so every member holds all of it.
 */
export interface OrganizationLog {
  /** The replayed log; holds what `catchUp` has reached. */
  readonly replay: LogReplay;
  /** The map at a size that is replayed. */
  readonly at: (size: number) => EntryReader | undefined;
  /** Replays up to a verified head of the log. */
  readonly catchUp: (head: Pick<HeadRow, "size" | "root">) => Promise<Result<null, OrganizationFault>>;
}

type OrganizationFault =
  | { readonly type: "engine"; readonly error: EngineError }
  | { readonly type: "check"; readonly check: CheckCode; readonly detail: string };

/** New leaves may be stamped by an instance that was registered since. */
const REGISTRY_MAX_AGE_MS = 60_000;
/** Of leaves that wait for their root: about 100,000, where an organization of 500 people has a few thousand. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;

const LEAVES: RowTable<Bytes> = {
  name: "organization-leaf",
  codec: codec(bytesUpTo(MAX_LEAF_BYTES), MAX_LEAF_BYTES + 16),
};

export function createOrganizationLog(options: {
  readonly suite: CryptoSuite;
  readonly organization: Bytes;
  readonly ledger: LedgerClient;
  readonly sessions: Sessions;
  readonly rows: SealedRows;
}): OrganizationLog {
  const { suite, organization, ledger, sessions, rows } = options;
  const sealedHashes = new Map<number, Bytes>();
  const replay = new LogReplay(
    suite,
    { id: organization, kind: "organization", organization },
    {
      organization: null,
      sealedHashAt: (epoch) => sealedHashes.get(epoch),
      isInstanceRegistered: (instance, epoch) =>
        (ledger.known()?.registry ?? []).some(
          (entry) => isActiveAt(entry, epoch) && equalBytes(instanceIdOf(suite, entry.key), instance),
        ),
    },
  );
  let isStoredReplayed = false;

  /** The record's claim about the ledger can only be judged with that epoch's record at hand. */
  const learnSealed = async (leaf: Bytes): Promise<Result<null, OrganizationFault>> => {
    const parsed = parseLeaf(leaf);
    const record = parsed.ok ? parseRecord(parsed.value.record) : undefined;
    const epoch = record?.ok === true ? record.value.sealedEpoch : -1;
    if (epoch < 0 || sealedHashes.has(epoch)) return ok(null);
    const rowsOfEpoch = await ledger.epochs(epoch, epoch);
    if (!rowsOfEpoch.ok) return engineFault(ledgerErrorOf(rowsOfEpoch.error));
    for (const row of rowsOfEpoch.value) sealedHashes.set(row.epoch, row.hash);
    return ok(null);
  };
  const replayLeaf = async (leaf: Bytes): Promise<Result<null, OrganizationFault>> => {
    const learnt = await learnSealed(leaf);
    if (!learnt.ok) return learnt;
    const replayed = replay.append(leaf);
    if (replayed.ok) return ok(null);
    if (!isByStranger(replayed.error)) return checkFault("I3", replayed.error.type);
    // Registered since the last look, perhaps: the ledger is asked before anybody is blamed.
    const newest = await ledger.current(0);
    if (!newest.ok) return engineFault(ledgerErrorOf(newest.error));
    const again = replay.append(leaf);
    return again.ok ? ok(null) : checkFault("I3", again.error.type);
  };
  const replayStored = async (): Promise<Result<null, OrganizationFault>> => {
    if (isStoredReplayed) return ok(null);
    const view = await ledger.current(Number.POSITIVE_INFINITY);
    if (!view.ok) return engineFault(ledgerErrorOf(view.error));
    // An earlier attempt may have ended halfway, for want of an epoch's record.
    for (const leaf of (await rows.list(LEAVES)).slice(replay.size)) {
      // One is missing: it and all behind it are asked for again, and held against the head like any others.
      if (indexOf(leaf) !== replay.size) break;
      const replayed = await replayLeaf(leaf);
      if (!replayed.ok) return replayed;
    }
    isStoredReplayed = true;
    return ok(null);
  };

  /** Leaves up to the head, of which the head itself vouches: others would stay in the replay for good. */
  const fetchLeaves = async (
    head: Pick<HeadRow, "size" | "root">,
  ): Promise<Result<readonly Bytes[], OrganizationFault>> => {
    const tree = new MerkleTree(suite.sha256);
    for (let index = 0; index < replay.size; index++) tree.append(replay.leafHash(index));
    const leaves: Bytes[] = [];
    let sizeBytes = 0;
    while (tree.size < head.size) {
      const from = tree.size;
      const answer = await sessions.call(readLeaves, { log: organization, from, to: head.size });
      if (!answer.ok) return engineFault(sessionErrorOf(answer.error));
      const got = answer.value.body.leaves;
      if (got.length === 0 || got.length > head.size - from) return checkFault("I3", "LeavesMissing");
      for (const leaf of got) {
        sizeBytes += leaf.length;
        leaves.push(leaf);
        tree.append(leafHash(suite.sha256, leaf));
      }
      if (sizeBytes > MAX_PENDING_BYTES) return checkFault("I3", "OrganizationLogTooLarge");
    }
    return equalBytes(tree.root(head.size), head.root)
      ? ok(leaves)
      : checkFault("I3", "OrganizationRootDiffers");
  };
  const catchUp: OrganizationLog["catchUp"] = async (head) => {
    const stored = await replayStored();
    if (!stored.ok) return stored;
    if (replay.size < head.size) await ledger.current(REGISTRY_MAX_AGE_MS);
    const from = replay.size;
    const leaves = await fetchLeaves(head);
    if (!leaves.ok) return leaves;
    let replayed: Result<null, OrganizationFault> = ok(null);
    for (const leaf of leaves.value) {
      replayed = await replayLeaf(leaf);
      if (!replayed.ok) break;
    }
    // What went through is kept also where the rest has to wait, for the next ones will follow it.
    const taken = leaves.value.slice(0, replay.size - from);
    await rows.write(taken.map((leaf, offset) => putRow(LEAVES, [from + offset], leaf)));
    return replayed;
  };

  let running: Promise<unknown> = Promise.resolve();
  return {
    replay,
    at: (size) => (size <= replay.size ? replay.entriesAt(size) : undefined),
    // One after the other: reads and the audit ask at the same time, and a leaf replays only once.
    catchUp: (head) => {
      const caughtUp = running.then(() => catchUp(head));
      running = caughtUp.catch(() => undefined);
      return caughtUp;
    },
  };
}

function isByStranger(fault: InvalidLeaf): boolean {
  return fault.type === "StampWrong" && fault.field === "instance";
}

function indexOf(bytes: Bytes): number | undefined {
  const leaf = parseLeaf(bytes);
  const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
  return stamp?.ok === true ? stamp.value.index : undefined;
}

function engineFault(error: EngineError): Result<never, OrganizationFault> {
  return { ok: false, error: { type: "engine", error } };
}

function checkFault(check: CheckCode, detail: string): Result<never, OrganizationFault> {
  return { ok: false, error: { type: "check", check, detail } };
}
