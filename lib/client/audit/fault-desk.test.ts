import { describe, expect, it } from "vitest";
import { signNote } from "#protocol/log/head.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { createJournal } from "../journal/journal.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import type { SealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import type { Sessions } from "../transport/sessions.ts";
import { createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import type { AuditFault } from "./audit-context.ts";
import { createFaultDesk, type FaultDesk } from "./fault-desk.ts";
import { FAULTS } from "./tables.ts";
import { createAuditContext } from "./testing/audit-world.ts";

const log = new Uint8Array(32).fill(1);
const IN_OPERATION: AuditFault = {
  check: "I3",
  detail: "ReadOlderThanSeen",
  epoch: null,
  slot: null,
  notes: [],
  subject: { type: "none" },
};
const IN_SEAL: AuditFault = { ...IN_OPERATION, check: "E3", detail: "CheckpointInconsistent", epoch: 5 };

/** A desk to which no proof is ever good enough, before a server that has nothing to say. */
function createDesk(sessions?: Sessions) {
  const world = createMemoryWorld(suite);
  const ledger = createScriptedLedger(world.instanceKey, { sealedEpoch: 5 });
  const context = createAuditContext(world, world.bob, { ledger, ...(sessions && { sessions }) });
  const { rows, journal } = context.host;
  const desk = createFaultDesk(context, async () => ({ outcome: "notEnough" }));
  return {
    raise: (fault: AuditFault) => desk.raise(log, fault, []),
    note: async (fault: AuditFault) => {
      await journal.suspect(log, { check: fault.check, detail: fault.detail, since: 1 });
      await desk.note(log, fault);
    },
    suspect: () => journal.suspect(log, { check: "I1", detail: "ReceiptNoteInvalid", since: 1 }),
    seal: ledger.seal,
    pass: (epoch: number) => {
      ledger.seal(epoch);
      return desk.settle(log, epoch, []);
    },
    notes: async () => (await rows.get(FAULTS, log))?.notes ?? [],
    isSuspect: async () => {
      const { suspicion } = await journal.log(log);
      return suspicion !== null || (await rows.get(FAULTS, log)) !== undefined;
    },
  };
}

it("takes a fault of a seal back when its checks pass, one of an operation after the next seal", async () => {
  const desk = createDesk();
  await desk.raise(IN_SEAL);
  await desk.pass(5);
  expect(await desk.isSuspect()).toBe(false);
  await desk.note(IN_OPERATION);
  await desk.pass(5);
  expect(await desk.isSuspect()).toBe(true);
  await desk.pass(6);
  expect(await desk.isSuspect()).toBe(false);
});

it("waits for a seal over the last operation that failed, whatever failed before or after it", async () => {
  const desk = createDesk();
  await desk.note(IN_OPERATION);
  await desk.raise(IN_SEAL);
  await desk.pass(5);
  expect(await desk.isSuspect()).toBe(true);
  await desk.pass(6);
  expect(await desk.isSuspect()).toBe(false);
});

it("does not let an older fault's age excuse a newer one", async () => {
  const desk = createDesk();
  await desk.note(IN_OPERATION);
  desk.seal(8);
  await desk.note({ ...IN_OPERATION, detail: "ReadContentHashWrong" });
  await desk.pass(8);
  expect(await desk.isSuspect()).toBe(true);
  await desk.pass(9);
  expect(await desk.isSuspect()).toBe(false);
});

it("does not take back what was told to the journal alone so far", async () => {
  const desk = createDesk();
  await desk.suspect();
  await desk.pass(5);
  expect(await desk.isSuspect()).toBe(true);
  await desk.pass(6);
  expect(await desk.isSuspect()).toBe(false);
});

it("keeps the first notes of a fault whatever comes after them, and the newest", async () => {
  const desk = createDesk();
  const notes = Array.from({ length: 100 }, (_, at) => new Uint8Array([at]));
  for (const note of notes) await desk.note({ ...IN_OPERATION, notes: [note] });
  expect(await desk.notes()).toEqual([...notes.slice(0, 8), ...notes.slice(-8)]);
});

it("stays a suspicion when the search for a proof breaks off", async () => {
  const call = async () => {
    throw new Error("a bug");
  };
  const desk = createDesk({ ...createAnsweringSessions([]), call });
  const note = signNote(suite, { log, size: 3, root: log }, new Uint8Array(32).fill(2));
  const slot = { epoch: 5, note, proof: { siblings: [], otherEntry: null } };
  await desk.raise({ ...IN_SEAL, slot });
  expect(await desk.isSuspect()).toBe(true);
});

describe("a fault that another tab notes while this one is at work on an older", () => {
  const NEWER: AuditFault = { ...IN_OPERATION, detail: "ReadContentHashWrong", notes: [new Uint8Array([7])] };

  /** Its report comes at the `at`th step of a task; false where the task takes fewer. */
  async function meanwhile(at: number, task: (desk: FaultDesk, sealedEpoch: number) => Promise<void>) {
    const rows = createMemoryRows(suite);
    const ledger = createScriptedLedger(world.instanceKey, { sealedEpoch: 6 });
    let steps = 0;
    let reported: Promise<void> | undefined;
    const step = async () => {
      if (steps++ !== at) return;
      reported = report();
      // It goes as far as it may.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    };
    const watched: SealedRows = {
      get: async (...of) => (await step(), rows.get(...of)),
      getMany: async (...of) => (await step(), rows.getMany(...of)),
      list: async (...of) => (await step(), rows.list(...of)),
      write: async (...of) => (await step(), rows.write(...of)),
    };
    const context = createAuditContext(world, world.bob, { ledger, rows: watched });
    const other = { ...context, host: { ...context.host, rows, journal: createJournal(rows) } };
    const verify = async () => ({ outcome: "notEnough" }) as const;
    const [desk, otherDesk] = [createFaultDesk(context, verify), createFaultDesk(other, verify)];
    // As sync does: under the lock of the log.
    const report = () =>
      other.host.lockLog(log, async () => {
        const { check, detail } = NEWER;
        await other.host.journal.suspect(log, { check, detail, since: 2 });
        await otherDesk.note(log, NEWER);
      });
    await otherDesk.raise(log, IN_SEAL, []);
    await task(desk, 6);
    await reported;
    const { suspicion } = await other.host.journal.log(log);
    const notes = (await rows.get(FAULTS, log))?.notes ?? [];
    return { isReported: reported !== undefined, isPaused: suspicion !== null, notes };
  }
  const world = createMemoryWorld(suite);

  it.each([
    ["takes it back", (desk: FaultDesk, epoch: number) => desk.settle(log, epoch, [])],
    ["raises it again", (desk: FaultDesk) => desk.raise(log, IN_SEAL, [])],
  ])("stands, whenever it comes: this one %s", async (_title, task) => {
    let at = 0;
    for (let isOver = false; !isOver; at++) {
      const { isReported, isPaused, notes } = await meanwhile(at, task);
      isOver = !isReported;
      if (isReported) expect({ at, isPaused, notes }).toEqual({ at, isPaused: true, notes: NEWER.notes });
    }
    expect(at).toBeGreaterThan(4);
  });
});
