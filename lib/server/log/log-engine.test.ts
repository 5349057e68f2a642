import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { startTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { createWorld, type World } from "../testing/world.ts";

describe("the log engine", () => {
  let suite: CryptoSuite;
  let folder: string;
  let server: TestEngine;
  let world: World;

  beforeAll(async () => {
    suite = await createProductSuite();
    folder = await mkdtemp(join(tmpdir(), "holdfast-test-"));
    server = await startTestEngine({ suite, folder });
    world = await createWorld({
      suite,
      door: server.engine,
      instanceKeys: [server.signer.verifyKey],
      deployment: suite.sha256(new Uint8Array(1)),
    });
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it("appends and reads", async () => {
    const place = await world.createWorkspace(world.alice);
    await world.setRole(world.alice, place, world.bob, "contributor");
    const manifest = world.manifest("a");
    await world.write(world.alice, place, { manifest, text: "hello" });
    const read = await world.read(world.bob, place, [{ manifest, version: null }]);
    expect(read.results).toMatchObject([{ status: "found", version: 1 }]);
    console.log(read.contents);
  });
});
