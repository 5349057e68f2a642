import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { SEAL_STEPS, type SealStep, sealEpoch } from "./seal-epoch.ts";
import { checkSeals } from "./testing/check-seals.ts";
import { openSealWorld } from "./testing/seal-world.ts";

/** Runs the dying server and answers the ids it printed. */
async function runAndKill(folder: string, step: SealStep): Promise<Uint8Array[]> {
  const script = fileURLToPath(new URL("./testing/kill-while-sealing.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, step], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let trouble = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (trouble += chunk.toString()));
  const signal = await new Promise((resolve) => child.once("close", (_code, killedBy) => resolve(killedBy)));
  expect(signal, trouble).toBe("SIGKILL");
  return (output.split("\n").find((line) => /^[0-9a-f]{64} [0-9a-f]{64}$/.test(line)) ?? "")
    .split(" ")
    .map((id) => unwrap(fromHex(id)));
}

it("survives kill -9 after every step, one after the other on the same data", {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-kill-"));
  try {
    const logs: Uint8Array[] = [];
    for (const step of SEAL_STEPS) logs.push(...(await runAndKill(folder, step)));
    expect(logs).toHaveLength(2 * SEAL_STEPS.length);
    const world = await openSealWorld(folder);
    try {
      await sealEpoch(world.context);
      await sealEpoch(world.context);
      // Every run finishes the seal before it and gets one more done.
      expect(await checkSeals(world, logs)).toBe(2 * SEAL_STEPS.length + 3);
    } finally {
      await world.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
