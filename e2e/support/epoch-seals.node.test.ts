import { afterEach, describe, expect, it } from "vitest";
import { SEALS } from "#client/audit/tables.ts";
import type { DeviceEngine } from "#client/engine.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import { putRow } from "#client/storage/sealed-rows.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { encodeEpochRecord, epochRecordHash, parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { EpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { ATTACKS } from "../adversary/mallory/attacks.ts";
import { requestOf, tamper } from "../adversary/mallory/call.ts";
import type { CreateLie, Stage } from "../adversary/mallory/mallory.ts";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE } from "./test-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(createLie?: CreateLie) {
  const product = await startHostileProduct(createLie ? { createLie } : {});
  ends.push(() => product.close());
  let host: AuditHost | undefined;
  const device = await createAuditedDevice(product.deployment(), { onHost: (given) => (host = given) });
  const { engine } = await device.openTab();
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  const { id: other } = unwrap(await engine.createWorkspace("Bills"));
  await workOn(product, engine, workspace);
  return { product, device, engine, workspace, other, host: () => host };
}

async function workOn({ seal }: HostileProduct, engine: DeviceEngine, workspace: string): Promise<void> {
  await engine.createFolder(workspace, null, `folder ${Math.random()}`);
  await seal();
  await engine.checkNow();
}

async function statesOf(engine: DeviceEngine) {
  const workspaces = unwrap(await engine.workspaces());
  return workspaces.map(({ state, isWritePaused }) => ({ state, isWritePaused }));
}

const RED = { state: "contradiction", isWritePaused: true };
const CHECKED = { state: "verified", isWritePaused: false };

/** Nobody's log. */
const NONE = new Uint8Array(32);

/** Changes what the server says about who signed an epoch. */
function sealLie(change: (seal: EpochSeal) => EpochSeal): CreateLie {
  return (stage) => ({
    victim: () => undefined,
    serve: async (call) => {
      const request = requestOf(call, auditEpoch);
      if (!request || !stage.mayLie(request.log)) return undefined;
      return tamper(await stage.answer(call), auditEpoch, (reply) =>
        reply.kind === "audited"
          ? { ...reply, body: { ...reply.body, seal: change(reply.body.seal) } }
          : reply,
      );
    },
  });
}

describe("two signed records of one epoch", () => {
  it("are red for every workspace, and stay so when the server tells the truth again", async () => {
    const lie = ATTACKS.find(({ number }) => number === 24)?.createLie;
    const { product, device, engine, workspace, other } = await start(lie);
    expect(await statesOf(engine)).toEqual([CHECKED, CHECKED]);
    product.mallory.arm(unwrap(fromHex(workspace)));
    await workOn(product, engine, workspace);
    expect(await statesOf(engine)).toEqual([RED, RED]);
    expect(await engine.createFolder(other, null, "more")).toMatchObject({
      ok: false,
      error: { type: "WritesPaused" },
    });
    const [proof, ...more] = await engine.proofFiles();
    expect(proof).toMatchObject({ kind: "twoEpochRecords", workspace: null });
    expect(more).toEqual([]);
    const period = await engine.period(proof?.epoch ?? -1);
    expect(period).toMatchObject({ state: "contradiction", lanes: { seal: "contradiction" } });
    expect(period?.checks).toContainEqual(
      expect.objectContaining({ code: "E3", state: "contradiction", workspace: null }),
    );

    product.mallory.arm(NONE);
    await engine.lock();
    const { engine: later } = await device.openTab();
    unwrap(await later.unlock(PASSPHRASE));
    await workOn(product, later, workspace);
    await workOn(product, later, workspace);
    expect(await statesOf(later)).toEqual([RED, RED]);
    expect(await later.proofFiles()).toEqual([proof]);
    await later.lock();
  }, 30_000);

  it.each([
    { when: "at the next seal", isAway: false },
    { when: "after seals that the device was away for", isAway: true },
  ])(
    "are red as well where the ledger brings the second (attack 25), $when",
    async ({ isAway }) => {
      let signer: Stage["signer"] | undefined;
      const { product, engine, workspace, host } = await start((stage) => {
        signer = stage.signer;
        return { victim: () => undefined };
      });
      const { rows, journal, suite, ledger } = host() ?? never();
      const epoch = ledger.known()?.sealedEpoch ?? -1;
      const row = (await journal.epoch(epoch)) ?? never();
      // What this device had verified and kept of this epoch before the ledger was written anew.
      const earlier = encodeEpochRecord({
        ...unwrap(parseEpochRecord(row.record)),
        root: suite.sha256(row.record),
      });
      const { verifyKey: key, signEpochRecord } = signer ?? never();
      const seal = { record: earlier, signatures: [{ key, signature: signEpochRecord(earlier) }] };
      const hash = epochRecordHash(suite, earlier);
      await rows.write([putRow(SEALS, [epoch], { v: 1, epoch, seal, isMissed: false })]);
      await journal.putEpochs([{ ...row, record: earlier, hash }]);
      const newest = (await journal.ledger()) ?? never();
      await journal.putLedger({ ...newest, sealedHash: hash });
      if (isAway) {
        await engine.lock();
        await product.seal();
        await product.seal();
        unwrap(await engine.unlock(PASSPHRASE));
      }
      await workOn(product, engine, workspace);
      expect((await engine.proofFiles()).map(({ kind }) => kind)).toEqual(["twoEpochRecords"]);
      expect(await statesOf(engine)).toEqual([RED, RED]);
      await engine.lock();
    },
    30_000,
  );
});

describe("a record that the right instance has not signed", () => {
  it.each([
    { detail: "EpochUnsigned", change: (seal: EpochSeal) => ({ ...seal, signatures: [] }) },
    {
      detail: "EpochSignatureWrong",
      change: ({ record, signatures }: EpochSeal) => ({
        record,
        signatures: signatures.map(({ key }) => ({ key, signature: new Uint8Array(64) })),
      }),
    },
    {
      detail: "EpochRecordDiffers",
      change: ({ record, signatures }: EpochSeal) => ({
        record: encodeEpochRecord({ ...unwrap(parseEpochRecord(record)), root: new Uint8Array(32).fill(1) }),
        signatures,
      }),
    },
  ])(
    "needs attention and no more ($detail), until it is signed",
    async ({ detail, change }) => {
      const { product, engine, workspace } = await start(sealLie(change));
      product.mallory.arm("any");
      await workOn(product, engine, workspace);
      const { state, reasons } = await engine.trust();
      expect(state).toBe("suspect");
      expect(reasons.map((reason) => reason.detail)).toContain(detail);
      expect(await engine.proofFiles()).toEqual([]);
      product.mallory.arm(NONE);
      await workOn(product, engine, workspace);
      await engine.checkNow();
      expect(await statesOf(engine)).toEqual([CHECKED, CHECKED]);
      await engine.lock();
    },
    30_000,
  );
});

function never(): never {
  throw new Error("it was there a moment ago");
}
