import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeStamp } from "./leaf.ts";
import { type Receipt, verifyReceipt } from "./receipt.ts";
import { createWrite, flipBit, NO_BASE, namedBytes } from "./testing/memory-log.ts";
import { createMemoryWorld } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

function exchange() {
  const world = createMemoryWorld(suite);
  const { workspace, organization, bob } = world;
  const manifest = namedBytes(suite, "plan").slice(0, 16);
  const done = bob.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "plan"));
  const receipt = workspace.receipt(done.index, done.record);
  const verify = (changed: Partial<Receipt> = {}, instanceKeys = [world.instanceKey]) =>
    verifyReceipt(suite, {
      log: workspace.identity.id,
      signed: done.signed,
      record: done.record,
      receipt: { ...receipt, ...changed },
      instanceKeys,
    });
  return { world, done, receipt, verify };
}

describe("verifyReceipt (I1, I2)", () => {
  it("accepts an honest receipt, also under a later head", () => {
    const { world, done, verify } = exchange();
    expect(verify().ok).toBe(true);
    world.alice.act(world.workspace, world.organization, { kind: "ack", body: {} });
    expect(verify(world.workspace.receipt(done.index, done.record)).ok).toBe(true);
  });

  it("refuses a note of an unregistered instance", () => {
    const { verify } = exchange();
    expect(verify({}, [suite.verifyKeyOf(namedBytes(suite, "somebody else"))])).toMatchObject({
      error: { type: "ReceiptNoteInvalid" },
    });
  });

  it("refuses a receipt for another log", () => {
    const { world, verify } = exchange();
    expect(verify({ note: world.organization.note() })).toEqual({
      ok: false,
      error: { type: "ReceiptForAnotherLog" },
    });
  });

  it.each([
    ["index", { index: 0 }],
    ["epoch", { epoch: 9 }],
    ["organizationSize", { organizationSize: 0 }],
    ["results", { results: new Uint8Array(32) }],
  ] as const)("refuses a stamp whose %s is out of bounds", (field, change) => {
    const { world, done, verify } = exchange();
    const stamp = encodeStamp({ ...world.workspace.stampAt(done.index), ...change });
    expect(verify({ stamp })).toEqual({ ok: false, error: { type: "ReceiptStampOutOfBounds", field } });
  });

  it("refuses a stamp that is not the leaf's", () => {
    const { world, done, verify } = exchange();
    const stamp = encodeStamp({ ...world.workspace.stampAt(done.index), outcome: "denied" });
    expect(verify({ stamp })).toEqual({ ok: false, error: { type: "ReceiptLeafNotIncluded" } });
  });

  it("refuses a head that does not continue what the author had seen (attacks 5, 9, 10)", () => {
    const { done, receipt } = exchange();
    const forked = createMemoryWorld(suite);
    const { alice, workspace, organization } = forked;
    alice.act(workspace, organization, { kind: "ack", body: {} });
    const verified = verifyReceipt(suite, {
      log: workspace.identity.id,
      signed: done.signed,
      record: { ...done.record, seenRoot: new Uint8Array(32).fill(1) },
      receipt,
      instanceKeys: [forked.instanceKey],
    });
    expect(verified).toEqual({ ok: false, error: { type: "ReceiptNotConsistentWithSeen" } });
  });

  it("refuses every flipped bit", () => {
    const { receipt, verify } = exchange();
    fc.assert(
      fc.property(fc.constantFrom("note", "stamp"), fc.nat(8 * 300), (field, bit) => {
        expect(verify({ [field]: flipBit(receipt[field], bit) }).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
