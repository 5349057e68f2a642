import { describe, expect, it } from "vitest";
import {
  adjacent,
  strangers,
  trusted,
  withCommit,
  withHeader,
  withSignatures,
} from "./testing/broken-step.ts";
import { testSuite } from "./testing/test-suite.ts";
import { createTrustAnchor, verifyAnchorBlock } from "./trust-anchor.ts";
import type { LightBlock } from "./types.ts";

describe("verifyAnchorBlock", () => {
  const deploymentId = new Uint8Array(32).fill(5);
  const anchor = createTrustAnchor(testSuite, trusted, deploymentId);

  it("begins at the block with the anchor's hash", () => {
    expect(anchor.deploymentId).toEqual(deploymentId);
    expect(verifyAnchorBlock(testSuite, anchor, trusted)).toEqual({ ok: true, value: trusted });
  });

  it.each<[string, LightBlock]>([
    ["AnchorHeightMismatch", adjacent],
    ["AnchorHashMismatch", withHeader(trusted, { appHash: new Uint8Array(32) })],
    ["ValidatorsHashMismatch", { ...trusted, nextValidators: strangers }],
    ["SignatureInvalid", withCommit(trusted, { round: 1 })],
    ["QuorumNotReached", withSignatures(trusted, (sigs) => sigs.map(() => ({ flag: "absent" })))],
  ])("refuses: %s", (type, block) => {
    const result = verifyAnchorBlock(testSuite, anchor, block);
    expect(result).toMatchObject({ ok: false, error: { type } });
  });

  it("refuses another chain", () => {
    const result = verifyAnchorBlock(testSuite, { ...anchor, chainId: "other" }, trusted);
    expect(result).toMatchObject({ ok: false, error: { type: "ChainIdMismatch" } });
  });
});
