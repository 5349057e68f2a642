import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDeployment } from "./deployment.ts";

const GOOD = {
  version: 1,
  api: "http://localhost:3001",
  instances: ["http://localhost:3001"],
  stores: [],
  validators: [],
  ledger: {
    engine: "devchain",
    chainId: "dev",
    height: "1",
    headerHash: "ab".repeat(32),
    deploymentId: "cd".repeat(32),
  },
};

describe("deployment.json", () => {
  it("gives origins and the anchor", () => {
    const parsed = parseDeployment(JSON.stringify(GOOD));
    expect(parsed).toMatchObject({
      ok: true,
      value: { api: GOOD.api, ledger: { height: 1n, chainId: "dev" } },
    });
    expect(parsed.ok && parsed.value.ledger.headerHash).toEqual(new Uint8Array(32).fill(0xab));
  });

  it.each([
    ["api", "http://localhost:3001/path"],
    ["api", "javascript:alert(1)"],
    ["instances", "http://a"],
    ["version", 2],
    ["extra", true],
    ["ledger", { ...GOOD.ledger, height: "0x1" }],
    ["ledger", { ...GOOD.ledger, height: "" }],
    ["ledger", { ...GOOD.ledger, headerHash: "ab" }],
  ])("refuses %s = %j", (field, value) => {
    expect(parseDeployment(JSON.stringify({ ...GOOD, [field]: value })).ok).toBe(false);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseDeployment(text).ok).toBe(false);
      }),
    );
  });
});
