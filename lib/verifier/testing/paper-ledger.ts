import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, epochRecordHash } from "#protocol/checkpoint/epoch-record.ts";
import { encodeLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { appHash, encodeDeploymentState, epochLeaf } from "#protocol/checkpoint/ledger-state.ts";
import { encodePolicy, policyHash } from "#protocol/checkpoint/registration.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { merkleRootOf } from "#protocol/comet/merkle-root.ts";
import {
  createLightBlock,
  TEST_CHAIN_START_NS,
  type TestValidator,
} from "#protocol/comet/testing/create-light-block.ts";
import type { BlockId, LightBlock } from "#protocol/comet/types.ts";
import { type Claim, encodeEvidence } from "#protocol/evidence/evidence.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf } from "#protocol/log/head.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, rootHash, setEntry } from "#protocol/prefix-map/prefix-map.ts";
import type { Anchor } from "../anchor.ts";
import { suite } from "./evidence-world.ts";

/**
 * A ledger that exists in a file only, with whatever blocks its author likes. By each of its headers the deployment
 * left a log out of a seal, for which nobody of that deployment has to sign anything.
 */
export function createPaperLedger(chainId: string, deployment: Bytes) {
  const log = new Uint8Array(32).fill(5);
  const noteBody = encodeNoteBody({ log, size: 9, root: new Uint8Array(32).fill(6) });
  const key = epochSlotKeyOf(suite, log);
  const tree = setEntry(suite.sha256, emptyPrefixMap, key, checkpointHashOf(suite, noteBody));
  const none = merkleRootOf(suite, []);
  const first = record(deployment, 0, new Uint8Array(32), rootHash(tree));
  const second = record(deployment, 1, epochRecordHash(suite, first), rootHash(emptyPrefixMap));
  const accepted = { height: 1, seconds: Number(TEST_CHAIN_START_NS / 1_000_000_000n), nanos: 0 };
  const policy = { threshold: 1, epochLengthMs: 60_000, idleEpochLengthMs: 600_000 };
  const state = {
    deployment,
    epochs: 2,
    head: epochRecordHash(suite, second),
    logRoot: merkleRootOf(suite, [epochLeaf(first, accepted), epochLeaf(second, accepted)]),
    registrySize: 0,
    registryRoot: none,
    policyHash: policyHash(suite, encodePolicy(policy)),
    policySequence: 0,
    challengeCount: 0,
    challengesRoot: none,
  };
  const appState = {
    deploymentCount: 1,
    mapRoot: merkleRootOf(suite, [encodeDeploymentState(state)]),
    claimCount: 0,
    claimsRoot: none,
    governanceHash: none,
    paramsHash: none,
  };
  const statement = {
    proof: { appState, state, leafIndex: 0, path: [] },
    policy,
    registry: [],
    challenges: [],
    firstEpoch: 0,
    epochs: [
      { record: first, accepted },
      { record: second, accepted },
    ],
    path: [],
  };
  const missingSlot: Claim = {
    kind: "missingSlot",
    body: {
      earlier: { epoch: 0, noteBody, proof: proveEntry(tree, key) },
      later: { epoch: 1, proof: proveEntry(emptyPrefixMap, key) },
    },
  };

  const anchorOf = ({ header }: LightBlock): Anchor => ({
    chainId,
    height: Number(header.height),
    headerHash: hashHeader(suite, header),
    deployment,
  });

  return {
    anchorOf,
    /** `hours` after the start of the chain. */
    block: (
      height: number,
      hours: number,
      validators: readonly TestValidator[],
      more: { readonly lastBlockId?: BlockId; readonly appHash?: Bytes } = {},
    ): LightBlock =>
      createLightBlock({
        validators,
        height: BigInt(height),
        chainId,
        timeNs: TEST_CHAIN_START_NS + BigInt(hours) * 3_600_000_000_000n,
        appHash: appHash(suite, appState),
        ...more,
      }),
    /** A file with one bundle for each list of blocks; it says of itself that it starts at the first block of all. */
    file: (bundles: readonly (readonly LightBlock[])[], claim: Claim = missingSlot): Bytes => {
      const [start] = bundles.flat();
      if (!start) throw new Error("a file starts somewhere");
      return encodeEvidence({
        v: 1,
        anchor: anchorOf(start),
        ledger: bundles.map((lightBlocks) => encodeLedgerBundle({ v: 1, lightBlocks, statement })),
        organization: log,
        log: claim.kind === "missingSlot" ? log : new Uint8Array(32),
        reporter: new Uint8Array(16),
        genesis: null,
        claim,
      });
    },
  };
}

function record(deployment: Bytes, epoch: number, previous: Bytes, root: Bytes): Bytes {
  return encodeEpochRecord({ v: 1, deployment, epoch, previous, root });
}
