import { describe, expect, it } from "vitest";
import { createTestValidators } from "#protocol/comet/testing/create-light-block.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { Claim } from "#protocol/evidence/evidence.ts";
import type { Anchor } from "./anchor.ts";
import { createPaperLedger } from "./testing/paper-ledger.ts";
import { verifyEvidence } from "./verify-evidence.ts";
import { describeVerdict } from "./words.ts";

const CHAIN = "holdfast-paper";
const DEPLOYMENT = new Uint8Array(32).fill(4);
const ledger = createPaperLedger(CHAIN, DEPLOYMENT);
const validators = createTestValidators([3n, 2n, 2n]);
/** Not one of them is among those above. */
const successors = createTestValidators([3n, 2n, 2n], 40);
const WEEK_HOURS = 168;
const OVERDUE: Claim = { kind: "overdueEpoch", body: { epoch: 2, graceMs: 0 } };

/** A block of the real chain; one hundred of them make a week. */
function at(height: number): LightBlock {
  return ledger.block(height, Math.floor((height * WEEK_HOURS) / 100), validators);
}

/** What the app's deployment.json names after three renewals. */
const BLOCKS = [at(1), at(100), at(200), at(300)];
const LISTED = BLOCKS.map(ledger.anchorOf);

async function outcomeOf(blocks: readonly LightBlock[], anchors: readonly Anchor[] = LISTED) {
  return verdictOf(ledger.file([blocks]), anchors);
}

/** Whatever it says, it names nobody unless the ledger was compared. */
async function verdictOf(file: Uint8Array, anchors: readonly Anchor[]): Promise<string> {
  const verdict = await verifyEvidence(file, { anchors });
  const isProven = verdict.outcome === "contradictionProven" || verdict.outcome === "overdue";
  expect("accused" in verdict).toBe(isProven);
  expect(describeVerdict(verdict).join("\n").includes("Accused:")).toBe(isProven);
  const compared = verdict.steps.find(({ name }) => name === "anchorIsTheExpected");
  if (isProven) expect(compared?.passed).toBe(true);
  return verdict.outcome === "witnessWord" ? verdict.because : verdict.outcome;
}

describe("a file with a ledger of the chain", () => {
  it.each([
    ["made before any renewal", [1, 50], "contradictionProven"],
    ["made at the very anchor", [1], "contradictionProven"],
    ["that starts from the anchor before the newest", [1, 150], "contradictionProven"],
    ["that starts two renewals back", [1, 250], "oldValidators"],
    ["that starts three renewals back", [1, 390], "oldValidators"],
    ["with the newest anchor's block", [300, 390], "contradictionProven"],
    ["with the block of the one before", [200, 390], "contradictionProven"],
    ["with all of them", [1, 100, 200, 300, 390], "contradictionProven"],
    ["that ends two renewals later than the reader's list", [300, 690], "contradictionProven"],
    ["that starts from no listed header", [2, 390], "notListed"],
    ["below all listed headers but one, which it lacks", [2, 50], "notListed"],
    ["with a month between its headers", [300, 999], "notEnough"],
  ])("%s", async (_, heights, outcome) => {
    expect(await outcomeOf(heights.map(at))).toBe(outcome);
  });

  it("names the day of the validators on whom it rests", async () => {
    const verdict = await verifyEvidence(ledger.file([[at(100), at(390)]]), { anchors: LISTED });
    expect(verdict).toMatchObject({ outcome: "witnessWord", restsOn: "2026-01-08T00:00:00.000Z" });
    expect(describeVerdict(verdict)[0]).toMatch(/rests on the validators of 2026-01-08/);
  });

  it("is the witness's word without an anchor, whatever it claims", async () => {
    expect(await outcomeOf([at(1), at(50)], [])).toBe("notCompared");
    const overdue = ledger.file([[at(1), at(50)]], OVERDUE);
    expect(await verdictOf(overdue, [])).toBe("notCompared");
    expect(await verdictOf(overdue, LISTED)).toBe("overdue");
    const verdict = await verifyEvidence(overdue);
    expect(verdict).toMatchObject({ outcome: "witnessWord", shows: "overdue" });
    expect(describeVerdict(verdict)[0]).toMatch(/^THE WITNESS'S WORD/);
  });

  it("is worth what the weakest of its bundles is", async () => {
    const recent = [at(200), at(300), at(390)];
    const old = [at(1), at(250)];
    expect(await verdictOf(ledger.file([recent, recent]), LISTED)).toBe("contradictionProven");
    // Both start where the file says; the second has no recent anchor's block.
    expect(await verdictOf(ledger.file([[at(1), ...recent], old]), LISTED)).toBe("oldValidators");
    expect(
      await verdictOf(
        ledger.file([
          [at(2), ...recent],
          [at(2), at(250)],
        ]),
        LISTED,
      ),
    ).toBe("notListed");
  });

  it("goes by each bundle's own newest header", async () => {
    expect(
      await verdictOf(
        ledger.file([
          [at(1), at(90)],
          [at(1), at(300), at(390)],
        ]),
        LISTED,
      ),
    ).toBe("contradictionProven");
  });
});

describe("the reader's list", () => {
  const file = ledger.file([[at(200), at(390)]]);

  it("means the same in any order and said twice", async () => {
    for (const anchors of [
      LISTED.toReversed(),
      [...LISTED, ...LISTED],
      [LISTED[3], ...LISTED].flatMap((it) => it ?? []),
    ]) {
      expect(await verdictOf(file, anchors)).toBe("contradictionProven");
    }
  });

  it("says nothing of another chain or deployment", async () => {
    const otherChain = LISTED.map((anchor) => ({ ...anchor, chainId: "another" }));
    const otherDeployment = LISTED.map((anchor) => ({ ...anchor, deployment: new Uint8Array(32).fill(9) }));
    expect(await verdictOf(file, otherChain)).toBe("otherDeployment");
    expect(await verdictOf(file, otherDeployment)).toBe("otherDeployment");
    expect(await verdictOf(file, [...otherChain, ...otherDeployment, ...LISTED])).toBe("contradictionProven");
  });

  it("stands against a file that has another header at one of its heights, wherever that is", async () => {
    const headerHash = new Uint8Array(32).fill(1);
    for (const [place, anchor] of LISTED.entries()) {
      const other = LISTED.with(place, { ...anchor, headerHash });
      expect(await verdictOf(ledger.file([[at(1), at(100), at(200), at(300), at(390)]]), other)).toBe(
        "notEnough",
      );
    }
    // Two headers of one height: no chain has both.
    const both = [...LISTED, { ...LISTED[2], headerHash }].flatMap((it) =>
      "chainId" in it ? [it as Anchor] : [],
    );
    expect(await verdictOf(file, both)).toBe("notEnough");
  });

  it("is of no use where it only names what came later", async () => {
    const later = LISTED.slice(-1);
    expect(await outcomeOf([at(1), at(250)], later)).toBe("notListed");
    expect(await outcomeOf([at(1), at(299)], later)).toBe("notListed");
    for (const height of [391, Number.MAX_SAFE_INTEGER]) {
      const anchor = { chainId: CHAIN, height, headerHash: new Uint8Array(32), deployment: DEPLOYMENT };
      expect(await verdictOf(file, [anchor])).toBe("notListed");
    }
  });
});

describe("an anchor above what a file is about", () => {
  /** Neighbours, each naming the one before by hash; only the lowest knows of the deployment's state. */
  function linked(count: number): readonly LightBlock[] {
    const blocks: LightBlock[] = [];
    for (let place = 0; place < count; place++) {
      const lastBlockId = blocks.at(-1)?.commit.blockId;
      const isLowest = place === 0;
      blocks.push(
        ledger.block(1_000 + place, place, validators, {
          ...(lastBlockId && { lastBlockId }),
          ...(isLowest ? {} : { appHash: new Uint8Array(32).fill(3) }),
        }),
      );
    }
    return blocks;
  }
  const top = (blocks: readonly LightBlock[]) => blocks.slice(-1).map(ledger.anchorOf);

  it("leads backwards over sixty-four headers, each the predecessor that the next one names", async () => {
    for (const count of [2, 64]) {
      const blocks = linked(count);
      expect(await outcomeOf(blocks, top(blocks))).toBe("contradictionProven");
      expect(await outcomeOf(blocks.toReversed(), top(blocks))).toBe("contradictionProven");
    }
    expect(() => linked(65).length > 64 && ledger.file([linked(65)])).toThrow();
  });

  it("leads nowhere over a gap, a header of somebody else's, or from a header that is not listed", async () => {
    const blocks = linked(8);
    const gap = blocks.filter((_, place) => place !== 3);
    const own = ledger.block(1_003, 3, successors, { appHash: new Uint8Array(32).fill(3) });
    expect(await outcomeOf(gap, top(blocks))).toBe("notEnough");
    expect(await outcomeOf(blocks.with(3, own), top(blocks))).toBe("notEnough");
    expect(await outcomeOf(blocks, blocks.slice(3, 4).map(ledger.anchorOf))).toBe("notEnough");
    expect(await outcomeOf(blocks, [])).toBe("notEnough");
  });
});

describe("whoever makes a ledger up", () => {
  it("accuses nobody, though it names the deployment and its chain", async () => {
    const invented = [ledger.block(1, 0, successors), ledger.block(390, WEEK_HOURS, successors)];
    expect(await outcomeOf(invented, [])).toBe("notCompared");
    expect(await outcomeOf(invented)).toBe("notEnough");
    expect(await outcomeOf(invented.slice(1))).toBe("notListed");
    // With real blocks around it.
    expect(await outcomeOf([...BLOCKS, ...invented.slice(1)])).toBe("notEnough");
  });

  it("with keys that validators had long ago accuses nobody, whatever real headers it puts between", async () => {
    const real = [
      ledger.block(1, 0, validators),
      ...[100, 200, 300].map((height) => ledger.block(height, 2 * height, successors)),
    ];
    const anchors = real.map(ledger.anchorOf);
    const forged = ledger.block(390, 600, validators);
    expect(await outcomeOf([...real.slice(0, 1), forged], anchors)).toBe("oldValidators");
    expect(await outcomeOf([...real, forged], anchors)).toBe("oldValidators");
    const genuine = ledger.block(390, 600, successors);
    expect(await outcomeOf([...real, genuine], anchors)).toBe("contradictionProven");
  });
});
