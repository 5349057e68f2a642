import { afterEach, expect, it } from "vitest";
import { unwrap } from "#protocol/result.ts";
import { startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";

const DAY_MS = 86_400_000;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

it("shows what it knows and keeps new work, where no anchor is young enough to go on from", async () => {
  const product = await startHostileProduct({});
  ends.push(() => product.close());
  const device = await createAuditedDevice(product.deployment(), { now: product.clock.now });
  const { engine } = await device.openTab();
  ends.push(() => engine.lock());
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "before"));
  await product.seal();
  await engine.checkNow();
  expect((await engine.trust()).state).toBe("verified");

  product.clock.advance(40 * DAY_MS);
  // The ledger goes on, and from what this device trusts no step leads there any more.
  await product.seal();
  await engine.checkNow();
  const listing = unwrap(await engine.folder(workspace, null));
  expect(listing.entries.map(({ name }) => name)).toEqual(["before"]);
  expect(listing.isLoadedFromServer).toBe(false);
  expect(unwrap(await engine.createFolder(workspace, null, "meanwhile")).state).toBe("local");
  const trust = await engine.trust();
  expect(trust.state).toBe("stale");
  expect(trust.reasons.map(({ detail }) => detail)).toContain("TrustExpired");
  expect(unwrap(await engine.workspaces()).every(({ isWritePaused }) => !isWritePaused)).toBe(true);
}, 30_000);
