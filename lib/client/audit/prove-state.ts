import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Head } from "#protocol/log/head.ts";
import { leafHashOf, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { type MapEntryName, mapKeyOf } from "#protocol/log/map-entry.ts";
import { type ProvenEntry, type ProvenLeaf, verifyEntries } from "#protocol/log/receipt.ts";
import { verifyInclusion } from "#protocol/merkle/merkle-proof.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { proveEntries } from "#protocol/wire/log-reading.ts";
import type { AuditContext } from "./audit-context.ts";
import { createReplay, fetchLeaves, leafHashOfBytes, MAX_REPLAY_BYTES, memoryOf } from "./log-replays.ts";

/** A log as it was after one of its leaves: that leaf in a head, and entries of the map after it. */
export interface ProvenState {
  readonly leaf: ProvenLeaf;
  readonly entries: readonly ProvenEntry[];
}

/** Entries at a head's own size, from the server while it still has that map, else from a replay of the log. */
export async function proveHeadState(
  context: AuditContext,
  head: Head,
  names: readonly MapEntryName[],
): Promise<ProvenState | undefined> {
  return (await fetchState(context, head, names)) ?? (await replayState(context, head, head.size, names));
}

/**
 * Entries at any size of a log that is not too large, by a replay of its leaves. The server gives the leaves, but they
 * must hash to the head.
 */
export async function replayState(
  { host }: AuditContext,
  head: Pick<Head, "log" | "size" | "root">,
  size: number,
  names: readonly MapEntryName[],
): Promise<ProvenState | undefined> {
  const { suite } = host;
  if (size < 1 || size > head.size) return undefined;
  const { replay, append } = createReplay(host, head.log);
  const tree = new MerkleTree(suite.sha256);
  let last: Bytes | undefined;
  while (tree.size < head.size) {
    const fetched = await fetchLeaves(host, head.log, tree.size, head.size);
    if (!fetched.ok || memoryOf(replay) > MAX_REPLAY_BYTES) return undefined;
    for (const leaf of fetched.value) {
      if (tree.size < size) {
        if (!(await append(leaf)).ok) return undefined;
        last = leaf;
      }
      tree.append(leafHashOfBytes(suite, leaf));
    }
  }
  if (!last || !equalBytes(tree.root(), head.root)) return undefined;
  const entries = replay.entriesAt(size);
  return {
    leaf: { leaf: last, index: size - 1, inclusionPath: tree.inclusionPath(size - 1, head.size) },
    entries: names.map((name) => {
      const key = mapKeyOf(suite, name);
      return { key, value: entries(key) ?? null, proof: proveEntry(replay.map, key) };
    }),
  };
}

async function fetchState(
  { host }: AuditContext,
  { log, size, root }: Head,
  names: readonly MapEntryName[],
): Promise<ProvenState | undefined> {
  const { suite, sessions } = host;
  const keys = names.map((name) => mapKeyOf(suite, name));
  const answer = await sessions.call(proveEntries, { log, size, headSize: size, keys });
  if (!answer.ok) return undefined;
  const { leaf: bytes, inclusionPath, entries } = answer.value.body;
  const leaf = parseLeaf(bytes);
  const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
  if (!leaf.ok || stamp?.ok !== true) return undefined;
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(size - 1),
    treeSize: BigInt(size),
    leafHash: leafHashOf(suite, leaf.value),
    path: inclusionPath,
    root,
  });
  const proven = verifyEntries(suite, stamp.value.mapRoot, entries);
  if (!included.ok || !proven || !keys.every(proven.isProven)) return undefined;
  return { leaf: { leaf: bytes, index: size - 1, inclusionPath }, entries };
}
