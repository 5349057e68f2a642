import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { append } from "#protocol/wire/append.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import { replayLog } from "../testing/replay-log.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createWorld } from "../testing/world.ts";

const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));

/** A disk of some MiB, which is really full when it is. */
function mountDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

function unmount(folder: string): void {
  execFileSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true });
}

/** Takes all the room there is, to the last byte. */
function fill(disk: string): string {
  const file = join(disk, "somebody-elses");
  for (const size of [1024 * 1024, 64 * 1024, 4096, 1]) {
    try {
      for (;;) writeFileSync(file, new Uint8Array(size), { flag: "a" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
  return file;
}

const disk = mountDisk();

describe.skipIf(disk === undefined)("a full disk (skipped where a small one cannot be mounted)", () => {
  it("is said, ends nothing, and is gone on from by itself", async () => {
    if (disk === undefined) throw new Error("no disk");
    onTestFinished(() => unmount(disk));
    const data = join(disk, "data");
    const test = await startTestServer({ suite, folder: data, deployment });
    await test.server.ready;
    const tokens: Bytes[] = [];
    const world = await createWorld({
      suite,
      deployment,
      door: createHttpDoor(test.client, null, () => tokens[0]),
      instanceKeys: [test.parts().signer.verifyKey],
    });
    const token = await test.client.openSession(suite, deployment, world.organization, world.alice);
    tokens.push(token);
    const place = await world.createWorkspace(world.alice);
    await world.write(world.alice, place, { manifest: world.manifest("before"), text: "kept" });
    const block = new Uint8Array(200_000).fill(1);
    const stored = await test.client.call(putBlocks, { blocks: [block] }, { token });
    if (stored.kind !== "stored") throw new Error(stored.kind);

    const file = fill(disk);
    const another = new Uint8Array(200_000).fill(2);
    expect(await test.client.call(putBlocks, { blocks: [another] }, { token })).toEqual({
      kind: "refused",
      body: { reason: "storageFull" },
    });
    const { content, contents } = world.writeContent({
      manifest: world.manifest("meanwhile"),
      text: "x".repeat(500_000),
    });
    const draft = world.alice.draft(place, content);
    const nothing = { opening: null, rings: [], profiles: [] };
    const request = { log: draft.log, signed: draft.signed, contents, ...nothing };
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await test.client.call(append, request, { token })).toMatchObject({
        kind: "failed",
        body: { reason: "storageFull" },
      });
    expect(await test.client.call(getBlocks, stored.body, { token })).toEqual({
      kind: "blocks",
      body: { blocks: [block] },
    });

    rmSync(file);
    expect((await test.client.call(putBlocks, { blocks: [another] }, { token })).kind).toBe("stored");
    const late = await test.client.call(append, request, { token });
    if (late.kind !== "appended") throw new Error(late.kind);
    world.alice.accept(place.log, draft, late.body.receipt);
    await world.write(world.alice, place, { manifest: world.manifest("after"), text: "kept too" });
    await test.close();

    const again = await startTestServer({ suite, folder: data, deployment });
    await again.server.ready;
    const { engine, store } = again.parts();
    const organization = await replayLog(world, { engine, store }, world.organization, null);
    await replayLog(world, { engine, store }, place.log, organization);
    await again.close();
  }, 60_000);
});

describe("log lines that cannot be written", () => {
  it("are lost, and nothing else", () => {
    const logger = new URL("../observability/logger.ts", import.meta.url).href;
    const script = `
      const { createLogger } = await import(${JSON.stringify(logger)});
      const logger = createLogger("info");
      for (let line = 0; line < 50; line++) logger.info({ text: "x".repeat(5000) }, "a line");
      setTimeout(() => { logger.info("another"); process.stderr.write("alive"); process.exit(0); }, 50);`;
    const command = `"$0" --import tsx --input-type=module -e "$1" > /dev/full 2>&2`;
    const outcome = execFileSync("sh", ["-c", `${command} ; echo "exit $?"`, process.execPath, script], {
      encoding: "utf8",
      timeout: 30_000,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(outcome).toBe("exit 0\n");
  });
});
