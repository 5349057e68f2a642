import { describe, expect, it } from "vitest";
import { readVectorFiles } from "../testing/vector-files.ts";
import { runLiteralVectors } from "./testing/literal-vectors.ts";
import { runMbtVectors } from "./testing/mbt-vectors.ts";
import { runRpcVectors } from "./testing/rpc-vectors.ts";
import { testSuite } from "./testing/test-suite.ts";

const mbt = readVectorFiles("mbt-single-step");
const rpc = readVectorFiles("rpc-kvstore");
const literals = readVectorFiles(".")?.find(({ path }) => path === "literals.json");

describe.skipIf(!mbt)("model-based single steps of tendermint-rs", () => {
  it("come out as the model says, all 99", () => {
    const report = runMbtVectors(testSuite, mbt ?? []);
    expect(report.failed).toEqual([]);
    expect(report.passed).toHaveLength(99);
  });

  it("would show a wrong verdict as failed", () => {
    const inverted = (mbt ?? []).map(({ path, text }) => ({
      path,
      text: text.replaceAll("SUCCESS", "INVALID"),
    }));
    expect(runMbtVectors(testSuite, inverted).failed).toHaveLength(44);
  });
});

describe.skipIf(!rpc)("answers recorded from a 0.38 node", () => {
  it("hash and verify", () => {
    const report = runRpcVectors(testSuite, rpc ?? []);
    expect(report.failed).toEqual([]);
    expect(report.passed).toHaveLength(53);
  });
});

describe.skipIf(!literals)("literals of CometBFT's Go tests", () => {
  it("come out to the byte", () => {
    const report = runLiteralVectors(testSuite, literals ?? { path: "", text: "" });
    expect(report.failed).toEqual([]);
    expect(report.passed).toHaveLength(14);
  });
});
