import { createProductSuite } from "#crypto/product-suite.ts";
import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, epochRecordHash } from "#protocol/checkpoint/epoch-record.ts";
import { type DeploymentState, epochLeaf } from "#protocol/checkpoint/ledger-state.ts";
import { rangePath } from "#protocol/checkpoint/range-proof.ts";
import {
  type AnchoredEpoch,
  verifyEpochRange,
  verifyEpochRecord,
} from "#protocol/checkpoint/verify-state.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";

/**
 * How long a device takes for a thousand epochs under one verified header: with one range proof, and with a path
 * for each. Run by `npx tsx bench/ledger-epochs.ts`.
 */
const EPOCHS = 1000;
const ROUNDS = 20;

const suite = await createProductSuite();
const sha256 = (message: Bytes) => suite.sha256(message);

const tree = new MerkleTree(sha256);
const epochs: AnchoredEpoch[] = [];
let previous = zeroBytes(32);
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const root = sha256(previous);
  const record = encodeEpochRecord({ v: 1, deployment: zeroBytes(32), epoch, previous, root });
  const accepted = { height: 2 * epoch + 2, seconds: 1_800_000_000 + 60 * epoch, nanos: 0 };
  epochs.push({ record, accepted });
  tree.append(leafHash(sha256, epochLeaf(record, accepted)));
  previous = epochRecordHash(suite, record);
}
const state: DeploymentState = {
  deployment: zeroBytes(32),
  epochs: EPOCHS,
  head: previous,
  logRoot: tree.root(),
  registrySize: 0,
  registryRoot: zeroBytes(32),
  policyHash: zeroBytes(32),
  policySequence: 0,
  challengeCount: 0,
  challengesRoot: zeroBytes(32),
};
const inclusionPaths = epochs.map((_, epoch) => tree.inclusionPath(epoch, EPOCHS));
const path = rangePath(0, EPOCHS - 1, EPOCHS, (index) => tree.inclusionPath(index, EPOCHS));

const together = measure(() => verifyEpochRange(suite, state, 0, epochs, path).ok);
const oneByOne = measure(() =>
  epochs.every(
    (anchored, epoch) => verifyEpochRecord(suite, state, epoch, anchored, inclusionPaths[epoch] ?? []).ok,
  ),
);
process.stdout.write(
  `${EPOCHS} epochs under one header (median of ${ROUNDS}):\n` +
    `  one range proof   ${together.toFixed(1)} ms\n` +
    `  a path for each   ${oneByOne.toFixed(1)} ms\n` +
    `  ratio             ${(oneByOne / together).toFixed(2)}\n`,
);

/** Median milliseconds of a run that must succeed. */
function measure(run: () => boolean): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    if (!run()) throw new Error("the proofs must verify");
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}
