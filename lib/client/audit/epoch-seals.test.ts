import { expect, it } from "vitest";
import { encodeEpochRecord, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { err, ok } from "#protocol/result.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { checkSeal } from "./epoch-seals.ts";
import { SEALS } from "./tables.ts";

const secretKey = new Uint8Array(32).fill(7);
const key = suite.verifyKeyOf(secretKey);
const registry = [{ key, origin: "https://api.example", fromEpoch: 0, retiredAt: null }];

function sealOf(root: number) {
  const record = encodeEpochRecord({
    v: 1,
    deployment: new Uint8Array(32).fill(1),
    epoch: 3,
    previous: new Uint8Array(32).fill(2),
    root: new Uint8Array(32).fill(root),
  });
  return { record, signatures: [{ key, signature: signEpochRecord(suite, record, secretKey) }] };
}

it("holds what it kept against a ledger that has another record, and does not put the new one in its place", async () => {
  const rows = createMemoryRows(suite);
  const [kept, other] = [sealOf(3), sealOf(4)];
  const check = (seal: typeof kept) =>
    checkSeal({ suite, rows }, seal, { epoch: 3, record: seal.record }, registry);
  expect(await check(kept)).toEqual(ok(null));
  const [signature] = kept.signatures;
  const signed = { record: kept.record, ...signature };
  for (let round = 0; round < 2; round++) {
    expect(await check(other)).toEqual(err({ type: "EpochRecordDiffers", signed }));
  }
  expect((await rows.get(SEALS, 3))?.seal).toEqual(kept);
});
