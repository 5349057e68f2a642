import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Registration } from "#protocol/evidence/evidence.ts";
import { type MapEntryName, mapKeyOf } from "#protocol/log/map-entry.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import type { AuditContext } from "./audit-context.ts";
import { createReplay, fetchLeaves, leafHashOfBytes } from "./log-replays.ts";

/** A device's registration at a size of the organization's log, under the newest head of it that this device accepted. */
export async function proveOrganization(
  { host }: AuditContext,
  device: Bytes,
  size: number,
): Promise<Registration | undefined> {
  const { suite, identity, journal } = host;
  const log = identity.organization;
  const { head } = await journal.log(log);
  if (!head || size < 1 || size > head.size) return undefined;
  const { replay, append } = createReplay(host, log);
  const tree = new MerkleTree(suite.sha256);
  let last: Bytes | undefined;
  while (tree.size < head.size) {
    const fetched = await fetchLeaves(host, log, tree.size, head.size);
    if (!fetched.ok) return undefined;
    for (const leaf of fetched.value) {
      if (tree.size < size) {
        if (!(await append(leaf)).ok) return undefined;
        last = leaf;
      }
      tree.append(leafHashOfBytes(suite, leaf));
    }
  }
  if (!last || !equalBytes(tree.root(), head.root)) return undefined;
  const name: MapEntryName = { kind: "registeredDevice", id: device };
  const key = mapKeyOf(suite, name);
  const value = replay.entriesAt(size)(key) ?? null;
  return {
    head: { kind: "note", body: { note: head.note } },
    leaf: { leaf: last, index: size - 1, inclusionPath: tree.inclusionPath(size - 1, head.size) },
    entries: [{ key, value, proof: proveEntry(replay.map, key) }],
  };
}
