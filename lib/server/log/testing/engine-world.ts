import { afterAll } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { startTestEngine } from "../../testing/test-engine.ts";
import { createTestFolder } from "../../testing/test-folder.ts";
import { createWorld } from "../../testing/world.ts";

/**
 * An engine for a whole test file, and a workspace of Alice's to which Bob contributes. To be called outside of tests
 * and hooks.
 */
export async function startEngineWorld() {
  const suite = await createProductSuite();
  const deployment = suite.sha256(Uint8Array.of(1));
  const server = await startTestEngine({ suite, folder: createTestFolder() });
  afterAll(() => server.stop());
  const instanceKeys = [server.signer.verifyKey];
  const world = await createWorld({ suite, door: server.engine, instanceKeys, deployment });
  const place = await world.createWorkspace(world.alice);
  await world.setRole(world.alice, place, world.bob, "contributor");
  return { suite, deployment, server, world, place };
}
