import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type LedgerTrust,
  parseLedgerBundle,
  verifyLedgerBundle,
} from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { encodeLightBlock, parseLightBlock } from "#protocol/comet/light-block-schema.ts";
import { hashValidatorSet } from "#protocol/comet/validator-set.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { encodeVoteSignBytes } from "#protocol/comet/vote-sign-bytes.ts";
import { parseEvidence as parseProductEvidence } from "#protocol/evidence/evidence.ts";
import {
  parseNoteBody as parseProductNoteBody,
  verifyNote as verifyProductNote,
} from "#protocol/log/head.ts";
import { parseLeaf as parseProductLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { parseEpochLeafRecord, parseRecord as parseProductRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { parseEvidence } from "./evidence.ts";
import { parseLeaf } from "./leaf.ts";
import { parseBundle } from "./ledger.ts";
import { headerHash, lightBlock, precommitBytes, validatorSetHash } from "./light-block.ts";
import { parseNoteBody, verifyNote } from "./note.ts";
import { attempt, readBytes } from "./read.ts";
import { parseRecord } from "./record.ts";
import { Steps } from "./steps.ts";
import { disturbed } from "./testing/disturbed.ts";
import { anchor, encodedEvidence, instanceSecret, suite } from "./testing/evidence-world.ts";
import { createGuiltyCases } from "./testing/guilty-cases.ts";
import { createHistory } from "./testing/honest-history.ts";
import { createRandom, mutate, pick } from "./testing/mutate.ts";
import { verifyLedger } from "./verify-ledger.ts";

/** The product and the verifier were written apart. Where both read the same bytes, they must say the same. */

describe("records, leaves and heads", () => {
  const { world } = createHistory(createRandom(5), 30);
  const leaves = [...world.workspace.leaves, ...world.organization.leaves];
  const anyLeaf = fc.nat({ max: leaves.length - 1 }).map((index) => leaves[index] ?? new Uint8Array(0));

  it("are accepted and refused alike", () => {
    fc.assert(
      fc.property(disturbed(anyLeaf), (bytes) => {
        expect(parseLeaf(bytes) !== undefined).toBe(isProductLeaf(bytes));
      }),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(disturbed(anyLeaf.map((leaf) => unwrap(parseProductLeaf(leaf)).record)), (bytes) => {
        expect(parseRecord(bytes) !== undefined).toBe(parseProductRecord(bytes).ok);
      }),
      { numRuns: 3_000 },
    );
  });

  it("agree on notes", async () => {
    const keys = [suite.verifyKeyOf(instanceSecret)];
    const note = fc.constant(world.workspace.note());
    await fc.assert(
      fc.asyncProperty(disturbed(note), async (bytes) => {
        const own = await verifyNote(
          bytes,
          keys.map((key) => ({ key })),
        );
        const product = verifyProductNote(suite, bytes, keys);
        expect(own?.head.root).toEqual(product.ok ? product.value.root : undefined);
        const body = bytes.subarray(0, bytes.indexOf(10, 120) + 1);
        expect(parseNoteBody(body) !== undefined).toBe(parseProductNoteBody(body).ok);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("blocks, bundles and evidence", () => {
  it("are hashed and signed alike", async () => {
    const ledger = await anchor([]);
    const { lightBlocks } = unwrap(parseLedgerBundle(await ledger.bundle()));
    ledger.close();
    for (const block of lightBlocks) {
      const own = readBytes(encodeLightBlock(block), 300_000, lightBlock);
      expect(headerHash(own.header)).toEqual(hashHeader(suite, block.header));
      expect(validatorSetHash(own.validators)).toEqual(hashValidatorSet(suite, block.validators));
      const [vote] = own.commit.votes;
      const [sig] = block.commit.signatures;
      if (!vote || !sig || sig.flag === "absent") throw new Error("the first validator signs");
      const { height, round, blockId } = block.commit;
      const { chainId } = block.header;
      const bytes = encodeVoteSignBytes({
        type: 2,
        height,
        round,
        blockId,
        timestamp: sig.timestamp,
        chainId,
      });
      expect(precommitBytes(chainId, own.commit, vote.time)).toEqual(bytes);
      fc.assert(
        fc.property(disturbed(fc.constant(encodeLightBlock(block))), (changed) => {
          const isOwn = attempt(() => readBytes(changed, 300_000, lightBlock)) !== undefined;
          expect(isOwn).toBe(parseLightBlock(changed).ok);
        }),
        { numRuns: 1_000 },
      );
    }
  });

  it("prove and fail to prove alike, from the anchor to the epochs", async () => {
    const { epochs } = createHistory(createRandom(2), 60);
    const ledger = await anchor(epochs.map(({ tree }) => tree));
    const bundle = await ledger.bundle();
    const nowNs = BigInt(ledger.time.nowMs) * 1_000_000n;
    ledger.close();
    const { chainId, height, headerHash: hashOfFirst, deployment } = ledger.anchor;
    const trusted: LedgerTrust = {
      kind: "anchor",
      anchor: { chainId, height: BigInt(height), headerHash: hashOfFirst, deploymentId: deployment },
    };
    const random = createRandom(4);
    let accepted = 0;
    for (let round = 0; round < 400; round++) {
      const at = random(bundle.length);
      const changed = round === 0 ? bundle : bundle.with(at, (bundle[at] ?? 0) ^ (1 << random(8)));
      const product = verifyLedgerBundle({
        suite,
        trusted,
        deployment,
        bundle: changed,
        nowNs,
        trustingPeriodNs: TRUSTING_PERIOD_NS,
        maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
      });
      const own = await verifyLedger(new Steps(), { anchor: ledger.anchor, bundles: [changed] }, []).then(
        ({ epochs: proven }) => proven.size,
        () => undefined,
      );
      expect(own).toBe(product.ok ? product.value.deployment?.epochs.length : undefined);
      if (own !== undefined) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it("are accepted and refused alike", async () => {
    const { ledger, cases } = await createGuiltyCases();
    const files = await Promise.all(cases.map((guilty) => encodedEvidence(ledger, guilty)));
    const bundle = await ledger.bundle();
    ledger.close();
    const random = createRandom(3);
    for (let round = 0; round < 500; round++) {
      const changed = mutate(pick(random, files), pick(random, files), random);
      expect(parseEvidence(changed) !== undefined).toBe(parseProductEvidence(changed).ok);
      const at = random(bundle.length);
      const changedBundle = bundle.with(at, (bundle[at] ?? 0) ^ (1 << random(8)));
      expect(parseBundle(changedBundle) !== undefined).toBe(parseLedgerBundle(changedBundle).ok);
    }
  });
});

function isProductLeaf(bytes: Uint8Array): boolean {
  const leaf = parseProductLeaf(bytes);
  if (!leaf.ok || !parseStamp(leaf.value.stamp).ok) return false;
  const { record, signature } = leaf.value;
  if (signature.length === 0) return parseEpochLeafRecord(record).ok;
  return signature.length === 64 && parseProductRecord(record).ok;
}
