import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LogStanding, lanesOf } from "./log-periods.ts";
import type { FaultRow, FindingRow, ProgressRow } from "./tables.ts";
import { stateOfFinding, worstState } from "./trust-state.ts";

const LOG = new Uint8Array(32).fill(1);
const epoch = fc.nat(20);

const anyProgress: fc.Arbitrary<ProgressRow> = fc.record({
  v: fc.constant(1 as const),
  fromEpoch: epoch,
  isFromBirth: fc.boolean(),
  verifiedEpoch: epoch,
  verifiedRoot: fc.constant(LOG),
  incompleteThrough: fc.option(epoch),
  checkedAt: fc.nat(),
  replayed: fc.constant(null),
  isReplayFull: fc.boolean(),
});

const anyFinding: fc.Arbitrary<FindingRow> = fc.record({
  v: fc.constant(1 as const),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  kind: fc.constant("contradiction"),
  accused: fc.constantFrom("instance", "deployment", "device", "validators", "liveness"),
  log: fc.constant(LOG),
  epoch: fc.option(epoch),
  foundAt: fc.nat(),
});

const FAULT: FaultRow = {
  v: 1,
  log: LOG,
  check: "E3",
  detail: "CheckpointInconsistent",
  epoch: 3,
  since: 0,
  attempts: 1,
  nextAttemptAt: 0,
  notes: [],
  slot: null,
  needsReplay: false,
  foundAfterEpoch: 2,
  refused: null,
  rival: null,
};

const anyStanding: fc.Arbitrary<LogStanding> = fc.record({
  log: fc.constant(LOG),
  name: fc.constant("Cases"),
  progress: fc.option(anyProgress, { nil: undefined }),
  waitingIn: fc.array(epoch, { maxLength: 3 }),
  bornIn: fc.constant(null),
  fault: fc.option(fc.constant(FAULT), { nil: undefined }),
  suspicion: fc.option(fc.constant({ check: "I2", detail: "HeadInconsistent", since: 1 } as const)),
  findings: fc.array(anyFinding, { maxLength: 3 }),
});

describe("the lanes of a log in one period", () => {
  it("are green only where the checks ran over that period and passed", () => {
    fc.assert(
      fc.property(anyStanding, epoch, epoch, (standing, at, sealedEpoch) => {
        const lanes = lanesOf(standing, at, sealedEpoch);
        if (!lanes || (lanes.device !== "verified" && lanes.record !== "verified")) return;
        const { progress } = standing;
        expect(at).toBeLessThanOrEqual(sealedEpoch);
        // A replay may find what the checks of the seal passed over.
        expect(at).not.toBe(standing.fault?.epoch);
        expect(at).toBeLessThanOrEqual(progress?.verifiedEpoch ?? -1);
        expect(at).toBeGreaterThanOrEqual(progress?.fromEpoch ?? 99);
        if (lanes.device === "verified") expect(standing.waitingIn).not.toContain(at);
        if (lanes.device === "verified") expect(at).toBeGreaterThan(progress?.incompleteThrough ?? -1);
      }),
    );
  });

  it("are red exactly where something was proven against those who keep the log", () => {
    fc.assert(
      fc.property(anyStanding, epoch, epoch, (standing, at, sealedEpoch) => {
        const isProven = standing.findings.some(
          (finding) => finding.epoch === at && stateOfFinding(finding) === "contradiction",
        );
        const lanes = lanesOf(standing, at, sealedEpoch);
        expect(lanes?.record === "contradiction").toBe(isProven);
        expect(lanes?.device === "contradiction").toBe(isProven);
      }),
    );
  });

  it("leave the server's record alone where a device or the notaries are at fault", () => {
    fc.assert(
      fc.property(anyStanding, epoch, epoch, (standing, at, sealedEpoch) => {
        const others = standing.findings.filter(
          ({ accused }) => accused !== "instance" && accused !== "deployment",
        );
        const lanes = lanesOf({ ...standing, findings: others }, at, sealedEpoch);
        expect(lanes?.record).not.toBe("contradiction");
        expect(lanes?.device).not.toBe("other");
      }),
    );
  });

  it("are amber while a check fails and stale when it has not run for two periods", () => {
    const standing: LogStanding = {
      log: LOG,
      name: "",
      progress: undefined,
      waitingIn: [],
      bornIn: null,
      fault: undefined,
      suspicion: null,
      findings: [],
    };
    expect(lanesOf(standing, 5, 4)).toEqual({ device: "pending", record: "pending" });
    expect(lanesOf(standing, 3, 4)).toEqual({ device: "pending", record: "pending" });
    expect(lanesOf(standing, 2, 4)).toEqual({ device: "stale", record: "stale" });
    // Nothing was to be checked before this device made the log.
    expect(lanesOf({ ...standing, bornIn: 5 }, 2, 4)).toBeUndefined();
    expect(lanesOf({ ...standing, bornIn: 2 }, 2, 4)).toEqual({ device: "stale", record: "stale" });
    expect(lanesOf({ ...standing, fault: FAULT }, 4, 4)).toEqual({ device: "suspect", record: "suspect" });
  });
});

describe("worstState", () => {
  it("calls nothing checked where there is nothing", () => {
    expect(worstState([], "partial")).toBe("partial");
    expect(worstState(["verified", "pending", "contradiction", "stale"], "verified")).toBe("contradiction");
  });
});
