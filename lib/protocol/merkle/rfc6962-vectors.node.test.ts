import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { readVectorFiles } from "../testing/vector-files.ts";
import { runRfc6962Vectors } from "./testing/rfc6962-vectors.ts";

const files = readVectorFiles("rfc6962");

describe.skipIf(!files)("published RFC 6962 vectors", () => {
  const report = runRfc6962Vectors(sha256, files ?? []);

  it("are 98 inclusion and 98 consistency proofs, answered as published but for one", () => {
    expect(files?.filter(({ path }) => path.startsWith("inclusion/"))).toHaveLength(98);
    expect(files?.filter(({ path }) => path.startsWith("consistency/"))).toHaveLength(98);
    expect(report.failed).toEqual([]);
    expect(report.passed).toHaveLength(195);
  });

  it("leave one oddity: equal 9-byte roots are published as consistent and refused here", () => {
    expect(report.oddities).toEqual(["consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"]);
  });

  it("refuse a first size of 0, as published", () => {
    const sizeZero = [
      "consistency/additional/consistency-check-on-empty-tree-size1-is-zero-is-useless.json",
      "consistency/additional/sizes-are-equal-zero-and-proof-is-empty.json",
      "consistency/additional/size1-is-zero-and-size2-is-not-zero.json",
    ];
    expect(report.passed).toEqual(expect.arrayContaining(sizeZero));
  });

  it("would show a wrong verdict as failed", () => {
    const inverted = (files ?? []).map(({ path, text }) => ({
      path,
      text: text.includes('"wantErr": true')
        ? text.replace('"wantErr": true', '"wantErr": false')
        : text.replace('"wantErr": false', '"wantErr": true'),
    }));
    expect(runRfc6962Vectors(sha256, inverted).passed).toEqual([]);
  });
});
