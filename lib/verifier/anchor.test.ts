import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorsOf, MAX_EARLIER_ANCHORS, parseDeployment } from "#client/transport/deployment.ts";
import { anchorOfValues, parseAnchors } from "./anchor.ts";
import { hex } from "./bytes.ts";

const HASH = "ab".repeat(32);
const OTHER = "cd".repeat(32);
const LEDGER = { engine: "devchain", chainId: "c", height: "300", headerHash: HASH, deploymentId: OTHER };

function deployment(change: object): string {
  const origins = { api: "http://localhost:3001", instances: [], stores: [], validators: [] };
  return JSON.stringify({ version: 1, ...origins, ledger: { ...LEDGER, ...change } });
}

function heights(json: string): readonly number[] | undefined {
  return parseAnchors(json)?.map(({ height }) => height);
}

const earlier = (...entries: readonly (readonly [string, string])[]) =>
  entries.map(([height, headerHash]) => ({ height, headerHash }));

describe("the anchors of a deployment.json", () => {
  it("are the newest and those that it named before, ascending", () => {
    expect(heights(deployment({}))).toEqual([300]);
    expect(heights(deployment({ earlier: [] }))).toEqual([300]);
    expect(heights(deployment({ earlier: earlier(["200", HASH], ["1", HASH]) }))).toEqual([1, 200, 300]);
    const [first] = parseAnchors(deployment({})) ?? [];
    expect(first && [first.chainId, hex(first.headerHash), hex(first.deployment)]).toEqual([
      "c",
      HASH,
      OTHER,
    ]);
  });

  it("may be reordered and repeated", () => {
    const entries = earlier(["1", HASH], ["200", HASH], ["1", HASH], ["300", HASH]);
    expect(heights(deployment({ earlier: entries }))).toEqual([1, 200, 300]);
  });

  it.each([
    ["two headers of one height", { earlier: earlier(["200", HASH], ["200", OTHER]) }],
    ["another header of the newest height", { earlier: earlier(["300", OTHER]) }],
    ["an earlier one above the newest", { earlier: earlier(["301", HASH]) }],
    ["a list that is none", { earlier: { height: "1", headerHash: HASH } }],
    ["an entry without a hash", { earlier: [{ height: "1" }] }],
    ["an entry that is none", { earlier: [null] }],
    ["a hash in capitals", { earlier: earlier(["1", HASH.toUpperCase()]) }],
    ["a hash that is cut off", { earlier: earlier(["1", HASH.slice(2)]) }],
    ["height zero", { earlier: earlier(["0", HASH]) }],
    ["a height with a zero before it", { earlier: earlier(["01", HASH]) }],
    ["a negative height", { height: "-1" }],
    ["a height in hexadecimal", { height: "0x1" }],
    ["a height beyond the safe integers", { height: "9999999999999999" }],
    ["no height", { height: undefined }],
    ["no chain", { chainId: "" }],
  ])("are refused with %s, by the app as well", (_, change) => {
    expect(parseAnchors(deployment(change))).toBeUndefined();
    expect(parseDeployment(deployment(change)).ok).toBe(false);
  });

  it("reach to the largest height that both read", () => {
    const text = deployment({ height: "999999999999999", earlier: earlier(["999999999999998", HASH]) });
    expect(heights(text)).toEqual([999_999_999_999_998, 999_999_999_999_999]);
    expect(parseDeployment(text).ok).toBe(true);
  });

  it("are at most so many", () => {
    const many = (count: number) =>
      deployment({
        height: "100000",
        earlier: earlier(...Array.from({ length: count }, (_, at) => [String(at + 1), HASH] as const)),
      });
    expect(parseDeployment(many(MAX_EARLIER_ANCHORS)).ok).toBe(true);
    expect(heights(many(MAX_EARLIER_ANCHORS))).toHaveLength(MAX_EARLIER_ANCHORS + 1);
    expect(parseDeployment(many(MAX_EARLIER_ANCHORS + 1)).ok).toBe(false);
    expect(heights(many(1_024))).toBeUndefined();
  });

  it("are the same to the app and to the verifier, whatever the list is", () => {
    const height = fc.constantFrom("1", "2", "299", "300", "301", "0", "x", "999999999999999");
    const entry = fc.record({ height, headerHash: fc.constantFrom(HASH, OTHER, OTHER, HASH, "no") });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), height, (entries, newest) => {
        const text = deployment({ height: newest, earlier: entries });
        const product = parseDeployment(text);
        const expected = product.ok ? anchorsOf(product.value) : undefined;
        expect(parseAnchors(text)).toEqual(
          expected?.map(({ chainId, height: at, headerHash, deploymentId }) => {
            return { chainId, height: Number(at), headerHash, deployment: deploymentId };
          }),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a list of anchors", () => {
  const entry = (height: string, change: object = {}) => {
    return { chainId: "c", height, headerHash: HASH, deploymentId: OTHER, ...change };
  };

  it("may be of several ledgers and deployments", () => {
    const list = [
      entry("9"),
      entry("9", { chainId: "d", headerHash: OTHER }),
      entry("5", { deploymentId: HASH }),
    ];
    expect(heights(JSON.stringify(list))).toEqual([5, 9, 9]);
  });

  it.each([
    ["an empty list", []],
    ["no list", {}],
    ["two headers of one height", [entry("9"), entry("9", { headerHash: OTHER })]],
    ["one that is malformed", [entry("9"), entry("x")]],
    ["one with a value too few", [entry("9", { deploymentId: undefined })]],
  ])("is refused: %s", (_, list) => {
    expect(parseAnchors(JSON.stringify(list))).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseAnchors(text) === undefined));
    expect(parseAnchors(`[${" ".repeat(600_000)}]`)).toBeUndefined();
  });
});

it("reads four values", () => {
  expect(anchorOfValues("c", "7", HASH, OTHER)).toMatchObject({ chainId: "c", height: 7 });
  for (const values of [
    ["", "7", HASH, OTHER],
    ["c", "7", HASH],
    ["c", "0", HASH, OTHER],
    ["c", "7", OTHER, "x"],
  ]) {
    const [chainId, height, headerHash, deploymentId] = values;
    expect(anchorOfValues(chainId, height, headerHash, deploymentId)).toBeUndefined();
  }
});
