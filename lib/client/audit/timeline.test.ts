import { expect, it } from "vitest";
import type { EpochRow } from "../journal/tables.ts";
import { periodOf, type Standing } from "./timeline.ts";

it("calls a seal partly checked to which no signed step led from what was trusted before", () => {
  const standing: Standing = {
    logs: [],
    sealedEpoch: 9,
    view: undefined,
    report: undefined,
    trustGaps: [{ v: 1, fromEpoch: 3, throughEpoch: 5 }],
    findings: [],
  };
  const zeros = new Uint8Array(32);
  const row: EpochRow = { v: 1, epoch: 0, record: zeros, hash: zeros, height: 1, seconds: 1 };
  const seals = [2, 3, 5, 6].map((epoch) => periodOf(standing, epoch, { ...row, epoch }, 0).lanes.seal);
  expect(seals).toEqual(["verified", "partial", "partial", "verified"]);
});
