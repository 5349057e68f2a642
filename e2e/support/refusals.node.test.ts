import { afterEach, describe, expect, it } from "vitest";
import type { DeviceEngine } from "#client/engine.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { RefusalStatus } from "#protocol/log/refusal.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { appendOf, replyWith } from "../adversary/mallory/call.ts";
import type { CreateLie } from "../adversary/mallory/mallory.ts";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE, type TestDevice } from "./test-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** The next write is refused, signed, for this reason and under the log's true head. */
function refusalLie(status: RefusalStatus): CreateLie {
  return (stage) => {
    let victim: Bytes | undefined;
    return {
      victim: () => victim,
      serve: async (call) => {
        const write = appendOf(call);
        if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
        const { log, signed } = write;
        const head = await stage.history().engine.reader.head(log, 0);
        if (!head) return undefined;
        victim = log;
        const recordHash = recordHashOf(stage.suite, signed.record, signed.signature);
        const refusal = stage.signer.signRefusal({ log, recordHash, status, note: head.note });
        return replyWith(append, { kind: "refused", body: refusal });
      },
    };
  };
}

async function start(status: RefusalStatus, isWithholding = false) {
  const product = await startHostileProduct({ createLie: refusalLie(status), isWithholding });
  ends.push(() => product.close());
  const device = await createAuditedDevice(product.deployment());
  const { engine } = await device.openTab();
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "one"));
  await product.seal();
  await engine.checkNow();
  expect(await standing(engine, workspace)).toEqual(CHECKED);
  return { product, device, engine, workspace };
}

async function beRefused(product: HostileProduct, engine: DeviceEngine, workspace: string) {
  product.mallory.arm(unwrap(fromHex(workspace)));
  const answer = await engine.createFolder(workspace, null, "two");
  expect(product.mallory.isTold()).toBe(true);
  return answer;
}

async function standing(engine: DeviceEngine, workspace: string) {
  const found = unwrap(await engine.workspaces()).find(({ id }) => id === workspace);
  const proofs = await engine.proofFiles();
  return { state: found?.state, isPaused: found?.isWritePaused, proofs: proofs.map(({ kind }) => kind) };
}

async function sealAndCheck(product: HostileProduct, engine: DeviceEngine): Promise<void> {
  await product.seal();
  for (let check = 0; check < 3; check++) await engine.checkNow();
}

const CHECKED = { state: "verified", isPaused: false, proofs: [] };
const AMBER = { state: "suspect", isPaused: true, proofs: [] };
const RED = { state: "contradiction", isPaused: true, proofs: ["refusalContradicted"] };

const UNTRUE = [
  "outOfStep",
  "seenNotPrefix",
  "unknownOrRevoked",
  "notMember",
  "badSignature",
  "foreignLog",
] as const satisfies readonly RefusalStatus[];

/** What no log can show to be untrue, or what passes by itself. */
const BELIEVED = [
  "busy",
  "contentMissing",
  "tooLarge",
  "sealedNotTrue",
  "malformed",
] as const satisfies readonly RefusalStatus[];

describe("a signed refusal", () => {
  it.each(UNTRUE)(
    "as %s that the log contradicts is red at once, before any seal",
    async (status) => {
      const { product, engine, workspace } = await start(status);
      await beRefused(product, engine, workspace);
      await engine.checkNow();
      expect(await standing(engine, workspace)).toEqual(RED);
      await sealAndCheck(product, engine);
      expect(await standing(engine, workspace)).toEqual(RED);
      await engine.lock();
    },
    30_000,
  );

  it.each(["badSignature", "foreignLog", "unknownOrRevoked"] as const)(
    "as %s stays amber, over seals and an unlock, where the proofs are withheld",
    async (status) => {
      const { product, device, engine, workspace } = await start(status, true);
      const answer = await beRefused(product, engine, workspace);
      expect(answer).toMatchObject({ ok: false, error: { type: "ServerAnswerInvalid", check: "I1" } });
      expect(await standing(engine, workspace)).toEqual(AMBER);
      await sealAndCheck(product, engine);
      expect(await standing(engine, workspace)).toEqual(AMBER);
      await engine.lock();
      const later = await reopen(device);
      await sealAndCheck(product, later);
      expect(await standing(later, workspace)).toEqual(AMBER);
      await later.lock();
    },
    30_000,
  );

  it.each(["outOfStep", "seenNotPrefix", "notMember"] as const)(
    "as %s is amber by the next seal where the proofs are withheld",
    async (status) => {
      const { product, engine, workspace } = await start(status, true);
      await beRefused(product, engine, workspace);
      await sealAndCheck(product, engine);
      expect(await standing(engine, workspace)).toEqual(AMBER);
      await engine.lock();
    },
    30_000,
  );

  it.each(BELIEVED)(
    "as %s is an answer like any other",
    async (status) => {
      const { product, engine, workspace } = await start(status);
      await beRefused(product, engine, workspace);
      await sealAndCheck(product, engine);
      expect(await standing(engine, workspace)).toEqual(CHECKED);
      unwrap(await engine.createFolder(workspace, null, "three"));
      await engine.lock();
    },
    30_000,
  );

  it("as out of step is honest towards a profile that was brought back", async () => {
    const { product, device, engine, workspace } = await start("busy");
    await engine.lock();
    const saved = Object.entries(device.stores).map(([, store]) => ({ store, rows: store.snapshot() }));
    const between = await reopen(device);
    unwrap(await between.createFolder(workspace, null, "two"));
    await between.lock();
    for (const { store, rows } of saved) store.restore(rows);
    const restored = await reopen(device);
    unwrap(await restored.createFolder(workspace, null, "three"));
    await sealAndCheck(product, restored);
    expect((await standing(restored, workspace)).state).not.toBe("contradiction");
    expect(await standing(restored, workspace)).toMatchObject({ isPaused: false, proofs: [] });
    await restored.lock();
  }, 30_000);
});

async function reopen(device: TestDevice): Promise<DeviceEngine> {
  const { engine } = await device.openTab();
  unwrap(await engine.unlock(PASSPHRASE));
  return engine;
}
