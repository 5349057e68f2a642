import { equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { parseLeaf, parseStamp } from "../log/leaf.ts";
import type { MapChange } from "../log/map-entry.ts";
import { applyChanges, createPartialPrefixMap } from "../prefix-map/partial-prefix-map.ts";
import type { Claim, LeafInQuestion } from "./evidence.ts";

/**
 * A leaf whose map root does not follow from the map before it. `changes` is what the leaf does according to
 * `applyRecord` (or `epochLeafChange`), which MUST have come to the outcome that is stamped; each changed key is
 * among the question's entries. Undefined where the root does follow, or the entries do not suffice.
 */
export function createMapLie(
  suite: Pick<CryptoSuite, "sha256">,
  question: LeafInQuestion,
  changes: readonly MapChange[],
): Claim | undefined {
  const stamped = mapRootOf(question.leaf.leaf);
  const before = question.before ? mapRootOf(question.before.leaf) : new Uint8Array(32);
  if (!stamped || !before) return undefined;
  const claims = question.entries.map(({ key, value, proof }) => ({
    key,
    valueHash: value === null ? null : suite.sha256(value),
    proof,
  }));
  const map = createPartialPrefixMap(suite.sha256, before, claims);
  if (!map.ok) return undefined;
  const entries = changes.map(({ key, value }) => ({ key, valueHash: suite.sha256(value) }));
  const after = applyChanges(suite.sha256, map.value, entries);
  if (!after.ok || equalBytes(after.value.root, stamped)) return undefined;
  return { kind: "mapLie", body: question };
}

function mapRootOf(leafBytes: Uint8Array): Uint8Array | undefined {
  const leaf = parseLeaf(leafBytes);
  const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
  return stamp?.ok === true ? stamp.value.mapRoot : undefined;
}
