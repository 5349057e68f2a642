import { afterEach, expect, it } from "vitest";
import { CHECKPOINTS } from "#client/audit/tables.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import { createMirror } from "#client/journal/mirror.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A device before an honest server, and what is done before the next answer about its workspace's seal arrives. */
async function start() {
  const product = await startHostileProduct();
  ends.push(() => product.close());
  let host: AuditHost | undefined;
  const device = await createAuditedDevice(product.deployment(), {
    now: product.clock.now,
    onHost: (given) => (host = given),
  });
  const meanwhile: { work?: (() => Promise<void>) | undefined; workspace?: string; isLosing?: boolean } = {};
  const slow: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (meanwhile.isLosing === true && url.endsWith("/append")) throw new TypeError("connection lost");
    if (!url.endsWith("/audit-epoch") || !(init.body instanceof Uint8Array)) return response;
    const { log } = unwrap(auditEpoch.parseRequest(init.body));
    if (toHex(log) !== meanwhile.workspace) return response;
    const { work } = meanwhile;
    meanwhile.work = undefined;
    await work?.();
    return response;
  };
  const { engine } = await device.openTab({ fetch: slow });
  await createOrganization(engine);
  const { id } = unwrap(await engine.createWorkspace("Cases"));
  meanwhile.workspace = id;
  if (!host) throw new Error("no audit was made");
  ends.push(() => engine.lock());
  const work = async (names: readonly string[]) => {
    for (const name of names) unwrap(await engine.createFolder(id, null, name));
  };
  return { product, engine, host, log: unwrap(fromHex(id)), meanwhile, work };
}

const names = (epoch: number, count: number) =>
  Array.from({ length: count }, (_, number) => `${epoch}-${number}`);

it("checks and keeps each seal although work goes on at every answer, each the beginning of the next", async () => {
  const { product, engine, host, log, meanwhile, work } = await start();
  await work(["first"]);
  for (let epoch = 0; epoch < 3; epoch++) {
    meanwhile.work = () => work(names(epoch, 8));
    await product.seal();
    await engine.checkNow();
    expect(meanwhile.work).toBeUndefined();
    expect((await engine.trust()).state).toBe("verified");
  }
  const kept = await host.rows.list(CHECKPOINTS, log);
  expect(kept.length).toBeGreaterThanOrEqual(3);
  const tree = await createMirror(host.suite, host.rows).tree(log);
  if (!tree) throw new Error("no mirror");
  for (const { size, root } of kept) expect(tree.root(size)).toEqual(root);
  expect((await engine.trust()).reasons).toEqual([]);
  expect((await host.journal.openOperations(log)).length).toBeGreaterThan(0);
});

it("lets go of accepted heads that a seal covers, however long one works", async () => {
  const { product, engine, host, log, work } = await start();
  for (let epoch = 0; epoch < 4; epoch++) {
    await work(names(epoch, 12));
    await product.seal();
    await engine.checkNow();
    expect((await engine.trust()).state).toBe("verified");
    const { organization } = host.identity;
    for (const each of [log, organization]) {
      expect((await host.journal.heads(each)).length).toBeLessThanOrEqual(KEPT_HEADS + 1);
    }
  }
  expect((await host.journal.log(log)).head?.size).toBeGreaterThan(48);
});

it("does not call an operation checked whose receipt comes after the seal over it", async () => {
  const { product, engine, host, log, meanwhile, work } = await start();
  await work(["first"]);
  const stateOf = async (name: string) => {
    const { entries } = unwrap(await engine.folder(toHex(log), null));
    return entries.find((entry) => entry.name === name)?.state;
  };
  await product.seal();
  await engine.checkNow();
  expect(await stateOf("first")).toBe("verified");
  meanwhile.isLosing = true;
  await engine.createFolder(toHex(log), null, "late");
  await product.seal();
  await engine.checkNow();
  const epoch = (await host.ledger.current(0)).ok ? (host.ledger.known()?.sealedEpoch ?? -1) : -1;
  expect((await host.rows.list(CHECKPOINTS, log)).at(-1)?.slot.epoch).toBe(epoch);
  meanwhile.isLosing = false;
  unwrap(await host.reconcile(log));
  expect((await host.journal.openOperations(log)).map((row) => [row.state, row.epoch])).toEqual([
    ["receipted", epoch],
  ]);
  expect(await stateOf("late")).toBe("sealed");
  expect(await stateOf("first")).toBe("verified");
  expect((await engine.period(epoch))?.lanes.device).toBe("pending");
  await engine.checkNow();
  expect(await stateOf("late")).toBe("verified");
  expect((await engine.period(epoch))?.lanes.device).toBe("verified");
});

/** The newest ones stay. */
const KEPT_HEADS = 16;
