import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timeToNs } from "#protocol/comet/comet-time.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { encodeLightBlock } from "#protocol/comet/light-block-schema.ts";
import {
  createLightBlock,
  createTestChain,
  createTestValidators,
  inCanonicalOrder,
  TEST_CHAIN_START_NS,
} from "#protocol/comet/testing/create-light-block.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import { TRUSTING_PERIOD_NS, verifyLightStep } from "#protocol/comet/verify-step.ts";
import type { Anchor } from "./anchor.ts";
import { lightBlock } from "./light-block.ts";
import { VoteChecker, verifyChain } from "./light-client.ts";
import { readBytes } from "./read.ts";
import { suite } from "./testing/evidence-world.ts";

const DEPLOYMENT = new Uint8Array(32);
const DAY_NS = 86_400n * 1_000_000_000n;
const POOL = createTestValidators([5n, 4n, 3n, 3n, 2n, 1n]);

function anchorOf({ header }: LightBlock): Anchor {
  const headerHash = hashHeader(suite, header);
  return { chainId: header.chainId, height: Number(header.height), headerHash, deployment: DEPLOYMENT };
}

/** The heights that the verifier proves from the first block on, or why it proves none. */
async function own(blocks: readonly LightBlock[]): Promise<readonly number[] | string> {
  const [first] = blocks;
  if (!first) throw new Error("a chain begins somewhere");
  const read = blocks.map((block) => readBytes(encodeLightBlock(block), 300_000, lightBlock));
  const reached = await verifyChain(read, anchorOf(first), new VoteChecker());
  return typeof reached === "string" ? reached : reached.verified.map(({ header }) => header.height);
}

/** What the product's light client says of going from one block to the other at once. */
function isStep(first: LightBlock, target: LightBlock): boolean {
  const { headerHash } = anchorOf(first);
  const { chainId, height } = first.header;
  const anchor = { chainId, height, headerHash, deploymentId: DEPLOYMENT };
  const trusted = verifyAnchorBlock(suite, anchor, first);
  if (!trusted.ok) return false;
  const nowNs = timeToNs(target.header.time);
  return verifyLightStep(suite, {
    trusted: trusted.value,
    untrusted: target,
    nowNs,
    trustingPeriodNs: TRUSTING_PERIOD_NS,
    maxClockDriftNs: 1n,
  }).ok;
}

describe("steps from header to header", () => {
  const set = fc.subarray([...POOL], { minLength: 1 }).map(inCanonicalOrder);
  const flags = fc.array(fc.constantFrom("commit", "commit", "commit", "nil", "absent"), {
    minLength: 6,
    maxLength: 6,
  });

  it("are taken as the product takes them, whoever signed", async () => {
    let taken = 0;
    const outcomes = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(set, set, set, flags, fc.boolean(), async (at, next, later, votes, isNext) => {
        const first = createLightBlock({ validators: at, nextValidators: next, height: 1n });
        const target = createLightBlock({ validators: later, height: isNext ? 2n : 9n, flags: votes });
        const due = isStep(first, target);
        expect(await own([first, target])).toEqual(due ? [1, isNext ? 2 : 9] : "newestBlockNotVerified");
        outcomes.add(due);
        taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(outcomes).toEqual(new Set([true, false]));
    expect(taken).toBe(300);
  });

  it("are refused like the product refuses them when a vote was touched", async () => {
    const chain = createTestChain(4, () => POOL);
    const [first, , , target] = chain;
    if (!first || !target) throw new Error("four blocks");
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 5 }),
        fc.nat({ max: 5 }),
        fc.nat({ max: 63 }),
        async (from, to, byte) => {
          const { signatures } = target.commit;
          const [a, b] = [signatures[from], signatures[to]];
          if (a?.flag !== "commit" || !b) throw new Error("everybody signed");
          const signature = a.signature.with(byte, (a.signature[byte] ?? 0) ^ 1);
          for (const changed of [
            signatures.with(to, a),
            signatures.with(from, { ...a, signature }),
            signatures.slice(1),
            [...signatures, a],
            signatures.with(from, { ...a, timestamp: { ...a.timestamp, nanos: 1 } }),
          ]) {
            const touched = { ...target, commit: { ...target.commit, signatures: changed } };
            const due = isStep(first, touched);
            expect(await own([first, touched])).toEqual(due ? [1, 4] : "newestBlockNotVerified");
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("go over blocks in between where the sets have changed", async () => {
    const groups = [1, 11, 21].map((seed) => createTestValidators([2n, 2n, 2n], seed));
    const mixed = inCanonicalOrder([...(groups[0] ?? []), ...(groups[1] ?? [])]);
    const sets = [groups[0], groups[0], mixed, mixed, groups[1], groups[1], groups[1]];
    const chain = createTestChain(6, (height) => sets[height - 1] ?? POOL);
    const [one, , three, , , six] = chain;
    if (!one || !three || !six) throw new Error("six blocks");
    expect(await own([one, six])).toBe("newestBlockNotVerified");
    expect(await own([one, three, six])).toEqual([1, 3, 6]);
    expect(await own(chain)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("last thirty days at most, each of them", async () => {
    const at = (height: bigint, days: bigint) =>
      createLightBlock({ validators: POOL, height, timeNs: TEST_CHAIN_START_NS + days * DAY_NS });
    expect(await own([at(1n, 0n), at(5n, 29n), at(9n, 58n)])).toEqual([1, 5, 9]);
    expect(await own([at(1n, 0n), at(9n, 30n)])).toBe("newestBlockNotVerified");
    expect(await own([at(1n, 0n), at(9n, 0n)])).toBe("newestBlockNotVerified");
  });

  it("begin at the anchor's block, complete and signed", async () => {
    const unsigned = createLightBlock({ validators: POOL, height: 1n, flags: POOL.map(() => "nil") });
    expect(await own([unsigned])).toBe("anchorBlockNotVerified");
    const genuine = createLightBlock({ validators: POOL, height: 1n });
    const block = readBytes(encodeLightBlock(genuine), 300_000, lightBlock);
    const other = { ...anchorOf(genuine), headerHash: new Uint8Array(32) };
    expect(await verifyChain([block], other, new VoteChecker())).toBe("anchorBlockNotVerified");
    expect(await verifyChain([], other, new VoteChecker())).toBe("anchorBlockMissing");
  });
});
