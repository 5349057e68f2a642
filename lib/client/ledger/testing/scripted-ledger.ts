import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { createLightBlock, createTestValidators } from "#protocol/comet/testing/create-light-block.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import { sealedHash } from "#protocol/log/testing/memory-log.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { err, ok, unwrap } from "#protocol/result.ts";
import type { LedgerClient, LedgerView } from "../ledger-client.ts";

export interface ScriptedLedger extends LedgerClient {
  /** From now on this is the newest epoch that the ledger has a record of. */
  readonly seal: (epoch: number) => void;
}

/**
 * What the ledger says to a device that has asked it a moment ago, with the epochs' hashes that memory logs are made
 * with. One instance is registered, from the first epoch on.
 */
export function createScriptedLedger(
  instanceKey: Bytes,
  { sealedEpoch = -1, retiredAt = null }: { sealedEpoch?: number; retiredAt?: number | null } = {},
): ScriptedLedger {
  const registry = [{ key: instanceKey, origin: "https://api.example", fromEpoch: 0, retiredAt }];
  let view = viewOf(sealedEpoch, registry);
  return {
    anchor: ANCHOR,
    seal: (epoch) => {
      view = viewOf(epoch, registry);
    },
    signedTimeAt: async () => undefined,
    known: () => view,
    current: async () => ok(view),
    epochs: async (fromEpoch, toEpoch) => {
      if (toEpoch > view.sealedEpoch) return err({ type: "LedgerEpochMissing", epoch: toEpoch });
      const epochs = Array.from({ length: toEpoch - fromEpoch + 1 }, (_, offset) => fromEpoch + offset);
      return ok(
        epochs.map((epoch) => ({
          v: 1,
          epoch,
          record: NO_RECORD,
          hash: hashOf(epoch),
          height: 1,
          seconds: 1,
        })),
      );
    },
  };
}

const BLOCK = createLightBlock({ validators: createTestValidators([1n]), height: 1n });
const ANCHOR = {
  chainId: BLOCK.header.chainId,
  height: BLOCK.header.height,
  headerHash: hashHeader(suite, BLOCK.header),
  deploymentId: new Uint8Array(32).fill(6),
};
const NEWEST = unwrap(verifyAnchorBlock(suite, ANCHOR, BLOCK));
const NO_RECORD: Bytes = new Uint8Array(0);

function hashOf(epoch: number): Bytes {
  return epoch < 0 ? zeroBytes(32) : sealedHash(suite, epoch);
}

/** No bundle stands behind it, so the roots that only bundles are checked with are zero. */
function viewOf(sealedEpoch: number, registry: LedgerView["registry"]): LedgerView {
  const state = {
    deployment: ANCHOR.deploymentId,
    epochs: sealedEpoch + 1,
    head: hashOf(sealedEpoch),
    logRoot: zeroBytes(32),
    registrySize: registry.length,
    registryRoot: zeroBytes(32),
    policyHash: zeroBytes(32),
    policySequence: 0,
    challengeCount: 0,
    challengesRoot: zeroBytes(32),
  };
  const policy = { threshold: 1, epochLengthMs: 60_000, idleEpochLengthMs: 600_000 };
  return {
    sealedEpoch,
    sealedHash: state.head,
    instanceKeys: registry.map(({ key }) => key),
    registry,
    deployment: { state, policy, registry, challenges: [], epochs: [] },
    newest: NEWEST,
    signedTimeNs: 0n,
    verifiedAt: 0,
  };
}
