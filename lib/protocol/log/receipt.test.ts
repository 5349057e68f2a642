import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../bytes/bytes.ts";
import type { InstanceKey } from "../checkpoint/ledger-state.ts";
import { unwrap } from "../result.ts";
import { signNote } from "./head.ts";
import { encodeStamp } from "./leaf.ts";
import { mapKeyOf } from "./map-entry.ts";
import type { ProvenEntries } from "./proven-entries.ts";
import { type Receipt, verifyReceipt } from "./receipt.ts";
import { createWrite, flipBit, NO_BASE, namedBytes } from "./testing/memory-log.ts";
import { createMemoryWorld } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

function alive(key: Bytes): InstanceKey {
  return { key, fromEpoch: 0, retiredAt: null };
}

function exchange() {
  const world = createMemoryWorld(suite);
  const { workspace, organization, bob } = world;
  const manifest = namedBytes(suite, "plan").slice(0, 16);
  const done = bob.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "plan"));
  const receipt = workspace.receipt(done.index, done.record);
  const verify = (
    changed: Partial<Receipt> = {},
    registry: readonly InstanceKey[] = [alive(world.instanceKey)],
    isFirstAnswer = true,
  ) =>
    verifyReceipt(suite, {
      log: workspace.identity.id,
      signed: done.signed,
      record: done.record,
      receipt: { ...receipt, ...changed },
      registry,
      isFirstAnswer,
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

  it("believes no entry that its proof does not show", () => {
    const { world, done, verify } = exchange();
    const names = [
      { kind: "authority" },
      { kind: "key" },
      { kind: "manifest", id: new Uint8Array(16) },
    ] as const;
    const keys = names.map((name) => mapKeyOf(suite, name));
    const { entries } = world.workspace.receipt(done.index, done.record, keys);
    const verified = unwrap(verify({ entries }));
    expect(keys.map((key) => verified.entries(key) !== undefined)).toEqual([true, true, false]);
    expect(keys.every(verified.isProven)).toBe(true);
    const lies: ProvenEntries["entries"][] = [
      entries.entries.map((entry) => ({ ...entry, value: null })),
      entries.entries.map((entry) => ({ ...entry, value: entry.value ?? new Uint8Array(3) })),
      entries.entries.slice(1),
      [...entries.entries, ...entries.entries],
    ];
    for (const lie of lies) {
      const refused = { ok: false, error: { type: "ReceiptEntryNotProven" } };
      expect(verify({ entries: { ...entries, entries: lie } })).toEqual(refused);
    }
  });

  it("refuses a leaf stamped outside the life of its instance's key", () => {
    const { world, verify } = exchange();
    const lived = (fromEpoch: number, retiredAt: number | null) =>
      verify({}, [{ key: world.instanceKey, fromEpoch, retiredAt }]);
    // The leaf is of epoch 0.
    expect(lived(0, 1).ok).toBe(true);
    expect(lived(1, null)).toEqual({ ok: false, error: { type: "ReceiptInstanceNotRegistered" } });
    expect(lived(0, 0)).toEqual({ ok: false, error: { type: "ReceiptSignerRetired" } });
  });

  it("takes another instance's word only for a record that was sent before", () => {
    const { world, done, receipt, verify } = exchange();
    const { workspace } = world;
    const otherSecret = namedBytes(suite, "other instance");
    const other = suite.verifyKeyOf(otherSecret);
    const note = signNote(suite, workspace.head, otherSecret);
    const registered = [alive(world.instanceKey), alive(other)];
    expect(verify({ note }, registered)).toEqual({ ok: false, error: { type: "ReceiptStampedByAnother" } });
    expect(verify({ note }, registered, false).ok).toBe(true);
    // The one that stamped it lost its memory since, and was retired; its successor answers.
    const replaced = { key: world.instanceKey, fromEpoch: 0, retiredAt: 1 };
    expect(verify({ note }, [replaced, { key: other, fromEpoch: 1, retiredAt: null }], false).ok).toBe(true);
    // Nobody may put a leaf under the name of an instance that there is not.
    expect(verify({ note }, [alive(other)], false)).toEqual({
      ok: false,
      error: { type: "ReceiptInstanceNotRegistered" },
    });
    // Nor sign for a leaf that is younger than the signer's own last epoch.
    const thief = { key: other, fromEpoch: 0, retiredAt: 0 };
    expect(verify({ note }, [alive(world.instanceKey), thief], false)).toEqual({
      ok: false,
      error: { type: "ReceiptSignerRetired" },
    });
    expect(verify({ ...receipt }).ok && done.index < workspace.size).toBe(true);
  });

  it("refuses a note of an unregistered instance", () => {
    const { verify } = exchange();
    expect(verify({}, [alive(suite.verifyKeyOf(namedBytes(suite, "somebody else")))])).toMatchObject({
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
      registry: [alive(forked.instanceKey)],
      isFirstAnswer: true,
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
