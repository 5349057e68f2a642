import type { Bytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { emptyRoot, leafHash, nodeHash, type Sha256 } from "../merkle/tree-hash.ts";

/** The one part of the suite that hashing needs. */
export type Hasher = Pick<CryptoSuite, "sha256">;

/** The Merkle tree hash of RFC 6962 §2.1, 32 bytes, over leaves that are all in memory. */
export function merkleRootOf(hasher: Hasher, leaves: readonly Bytes[]): Bytes {
  return rootOf((message) => hasher.sha256(message), leaves);
}

function rootOf(sha256: Sha256, leaves: readonly Bytes[]): Bytes {
  const [first] = leaves;
  if (first === undefined) return emptyRoot(sha256);
  if (leaves.length === 1) return leafHash(sha256, first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(sha256, rootOf(sha256, leaves.slice(0, split)), rootOf(sha256, leaves.slice(split)));
}
