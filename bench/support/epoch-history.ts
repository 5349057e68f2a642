import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, epochRecordHash } from "#protocol/checkpoint/epoch-record.ts";
import { type DeploymentState, epochLeaf } from "#protocol/checkpoint/ledger-state.ts";
import { rangePath } from "#protocol/checkpoint/range-proof.ts";
import {
  type AnchoredEpoch,
  verifyEpochRange,
  verifyEpochRecord,
} from "#protocol/checkpoint/verify-state.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { unwrap } from "#protocol/result.ts";

/** Epochs as the ledger's state holds them under one verified header, with both kinds of proof for all of them. */
export function createEpochHistory(suite: CryptoSuite, length: number) {
  const sha256 = (message: Bytes) => suite.sha256(message);
  const tree = new MerkleTree(sha256);
  const epochs: AnchoredEpoch[] = [];
  let previous = zeroBytes(32);
  for (let epoch = 0; epoch < length; epoch++) {
    const root = sha256(previous);
    const record = encodeEpochRecord({ v: 1, deployment: zeroBytes(32), epoch, previous, root });
    const accepted = { height: 2 * epoch + 2, seconds: 1_800_000_000 + 60 * epoch, nanos: 0 };
    epochs.push({ record, accepted });
    tree.append(leafHash(sha256, epochLeaf(record, accepted)));
    previous = epochRecordHash(suite, record);
  }
  const state: DeploymentState = {
    deployment: zeroBytes(32),
    epochs: length,
    head: previous,
    logRoot: tree.root(),
    registrySize: 0,
    registryRoot: zeroBytes(32),
    policyHash: zeroBytes(32),
    policySequence: 0,
    challengeCount: 0,
    challengesRoot: zeroBytes(32),
  };
  const path = rangePath(0, length - 1, length, (index) => tree.inclusionPath(index, length));
  const paths = epochs.map((_, epoch) => tree.inclusionPath(epoch, length));
  return {
    verifyTogether: () => verifyEpochRange(suite, state, 0, epochs, path),
    /** Throws if one does not verify. */
    verifyOneByOne: () => {
      for (const [epoch, anchored] of epochs.entries())
        unwrap(verifyEpochRecord(suite, state, epoch, anchored, paths[epoch] ?? []));
    },
  };
}
