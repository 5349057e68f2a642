import { describe, expect, it } from "vitest";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { putRow } from "../storage/sealed-rows.ts";
import { coveredHeads } from "./covered-heads.ts";
import { FAULTS, type FaultRow, FINDINGS, type FindingRow } from "./tables.ts";
import { createAuditContext } from "./testing/audit-world.ts";

const world = createMemoryWorld(suite);
const organization = world.organization.identity.id;
const log = world.workspace.identity.id;
const rootOf = (size: number) => new Uint8Array(32).fill(size);

const FAULT: FaultRow = {
  v: 1,
  log,
  check: "I2",
  detail: "HeadInconsistent",
  epoch: null,
  since: 1,
  attempts: 1,
  nextAttemptAt: 1,
  notes: [],
  slot: null,
  needsReplay: false,
  foundAfterEpoch: 1,
  refused: null,
  rival: null,
};
const FINDING: FindingRow = {
  v: 1,
  id: new Uint8Array(16),
  kind: "contradiction",
  accused: "deployment",
  log,
  epoch: 1,
  foundAt: 1,
};

/** Heads of every size from 1 to 40 were accepted in both logs. */
async function createHeads() {
  const context = createAuditContext(world, world.alice);
  const { journal } = context.host;
  for (const each of [organization, log]) {
    for (let size = 1; size <= 40; size++) {
      await journal.learn(each, { head: { size, root: rootOf(size), note: new Uint8Array(80) } });
    }
  }
  const covered = async (of: Uint8Array, sealedSize: number) =>
    (await coveredHeads(context, of, sealedSize)).map(({ size }) => size);
  return { context, covered };
}

const upTo = (size: number) => Array.from({ length: size }, (_, at) => at + 1);

describe("heads that a kept seal makes superfluous", () => {
  it("are those below it, and never the newest ones", async () => {
    const { covered } = await createHeads();
    expect(await covered(log, 0)).toEqual([]);
    expect(await covered(log, 11)).toEqual(upTo(10));
    expect(await covered(log, 40)).toEqual(upTo(24));
    expect(await covered(organization, 99)).toEqual(upTo(24));
  });

  it("are none while something is held against the log, or against all of them", async () => {
    for (const change of [
      putRow(FAULTS, [log], FAULT),
      putRow(FINDINGS, [FINDING.id], FINDING),
      putRow(FINDINGS, [FINDING.id], { ...FINDING, log: null }),
    ]) {
      const { context, covered } = await createHeads();
      await context.host.rows.write([change]);
      expect(await covered(log, 40)).toEqual([]);
    }
    const { context, covered } = await createHeads();
    await context.host.rows.write([putRow(FINDINGS, [FINDING.id], { ...FINDING, log: organization })]);
    expect(await covered(log, 40)).toEqual(upTo(24));
  });

  it("are not those of the organization that a record without a believed outcome has seen", async () => {
    const { context, covered } = await createHeads();
    const { journal, rows } = context.host;
    const seeing = (size: number) => {
      const { record } = world.alice.sign({
        ...world.alice.draft(world.workspace, world.organization, { kind: "ack", body: {} }),
        seenOrganization: [size, rootOf(size)],
      });
      return record;
    };
    const signature = new Uint8Array(64);
    const about = { signature, preparedAt: 1, opening: null, subjects: [], intents: [] };
    await journal.prepare(organization, { ...about, record: seeing(5) });
    const statement = {
      log,
      recordHash: rootOf(1),
      status: "seenNotPrefix",
      note: new Uint8Array(80),
      instanceKey: rootOf(1),
    } as const;
    const refused = { refusal: { statement, signature }, record: seeing(7), signature };
    await rows.write([putRow(FAULTS, [log], { ...FAULT, refused })]);
    expect(await covered(organization, 40)).toEqual(upTo(24).filter((size) => size !== 5 && size !== 7));
  });
});
