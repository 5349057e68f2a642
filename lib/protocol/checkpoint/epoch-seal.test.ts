import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, zeroBytes } from "../bytes/bytes.ts";
import { testSuite as suite } from "../comet/testing/test-suite.ts";
import { err, ok } from "../result.ts";
import { encodeEpochRecord, signEpochRecord } from "./epoch-record.ts";
import { checkEpochSeal, type EpochSeal } from "./epoch-seal.ts";
import type { RegistryEntry } from "./ledger-state.ts";

const EPOCH = 7;
const anchored = { epoch: EPOCH, record: recordWith({}) };
const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

function recordWith(changes: {
  readonly epoch?: number;
  readonly deployment?: Bytes;
  readonly root?: Bytes;
}) {
  const zeros = zeroBytes(32);
  return encodeEpochRecord({
    v: 1,
    deployment: zeros,
    epoch: EPOCH,
    previous: zeros,
    root: zeros,
    ...changes,
  });
}

function entry(secret: Bytes, fromEpoch = 0, retiredAt: number | null = null): RegistryEntry {
  return { key: suite.verifyKeyOf(secret), origin: "https://a.example", fromEpoch, retiredAt };
}

function sealOf(record: Bytes, ...secrets: readonly Bytes[]): EpochSeal {
  const signatures = secrets.map((secret) => ({
    key: suite.verifyKeyOf(secret),
    signature: signEpochRecord(suite, record, secret),
  }));
  return { record, signatures };
}

const check = (seal: EpochSeal, ...registry: readonly RegistryEntry[]) =>
  checkEpochSeal(suite, seal, anchored, registry);

describe("the signatures over an anchored epoch", () => {
  it("are those of all instances, or tell who is missing", () => {
    const both = [entry(first), entry(second)];
    expect(check(sealOf(anchored.record, first, second), ...both)).toEqual(ok({ missing: [] }));
    const missing = [suite.verifyKeyOf(second)];
    expect(check(sealOf(anchored.record, first), ...both)).toEqual(ok({ missing }));
  });

  it("do not miss a key that was lost and is retired within two epochs, nor one of earlier or later epochs", () => {
    const others = [
      entry(second, 0, EPOCH + 2),
      entry(second, 0, EPOCH + 1),
      entry(second, 0, EPOCH),
      entry(second, EPOCH + 1),
    ];
    for (const other of others) {
      expect(check(sealOf(anchored.record, first), entry(first), other)).toEqual(ok({ missing: [] }));
    }
  });

  it("must be there, and each one a valid signature of a key that may sign this epoch", () => {
    expect(check(sealOf(anchored.record), entry(first))).toEqual(err({ type: "EpochUnsigned" }));
    const wrong = err({ type: "EpochSignatureWrong" });
    expect(check(sealOf(anchored.record, first, second), entry(first))).toEqual(wrong);
    expect(check(sealOf(anchored.record, first), entry(first, 0, EPOCH))).toEqual(wrong);
    expect(check(sealOf(anchored.record, first), entry(first, EPOCH + 1))).toEqual(wrong);
    const { signatures } = sealOf(recordWith({ epoch: 8 }), first);
    expect(check({ record: anchored.record, signatures }, entry(first))).toEqual(wrong);
  });

  it("turn another record of this epoch into a statement against its signer", () => {
    const rival = sealOf(recordWith({ root: zeroBytes(32).fill(1) }), second, first);
    const signed = { record: rival.record, ...rival.signatures[1] };
    expect(check(rival, entry(first))).toEqual(err({ type: "EpochRecordDiffers", signed }));
  });

  it("accuse nobody where nobody signed, or where the record is about something else", () => {
    const nothing = err({ type: "EpochRecordDiffers", signed: null });
    const rival = recordWith({ root: zeroBytes(32).fill(1) });
    expect(check(sealOf(rival), entry(first))).toEqual(nothing);
    expect(check(sealOf(rival, second), entry(first))).toEqual(nothing);
    expect(check(sealOf(rival, first), entry(first, 0, EPOCH))).toEqual(nothing);
    const foreign = recordWith({ deployment: zeroBytes(32).fill(1) });
    for (const record of [foreign, recordWith({ epoch: EPOCH - 1 }), new Uint8Array(5)]) {
      expect(check(sealOf(record, first), entry(first))).toEqual(nothing);
    }
  });

  it("never accuse for bytes that nobody signed", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const signature = fc.record({ key: fc.constant(entry(first).key), signature: bytes(64) });
    const garbage = fc.record({ record: fc.uint8Array({ maxLength: 128 }), signatures: fc.array(signature) });
    fc.assert(
      fc.property(garbage, (seal) => {
        expect(check(seal, entry(first))).toEqual(err({ type: "EpochRecordDiffers", signed: null }));
      }),
    );
  });
});
