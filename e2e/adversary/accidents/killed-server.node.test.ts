import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parseDeployment } from "#client/transport/deployment.ts";
import { unwrap } from "#protocol/result.ts";
import { createOrganization } from "../../support/audited-device.ts";
import { createDevice } from "../world/device.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

interface MortalServer {
  readonly port: number;
  readonly process: ChildProcess;
  /** Sends a line and waits for the answer. */
  readonly ask: (line: string, answer: string) => Promise<void>;
}

async function startServer(dataDir: string, port: number): Promise<MortalServer> {
  const script = fileURLToPath(new URL("./mortal-server.ts", import.meta.url));
  const server = spawn(process.execPath, ["--import", "tsx", script, dataDir, String(port)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  ends.push(() => server.kill("SIGKILL"));
  const lines = createInterface(server.stdout);
  const hear = (start: string): Promise<string> =>
    new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        if (line.startsWith(start)) resolve(line);
      });
      lines.once("close", () => reject(new Error(`the server ended without saying ${start}`)));
    });
  const ready = await hear("ready ");
  return {
    port: Number(ready.slice("ready ".length)),
    process: server,
    ask: async (line, answer) => {
      const heard = hear(answer);
      server.stdin.write(`${line}\n`);
      await heard;
    },
  };
}

describe("a server that is killed while it appends", () => {
  it.each(["committed", "remembered"])(
    "has the record once, and the device's checks pass (killed once %s)",
    async (step) => {
      const dataDir = mkdtempSync(path.join(tmpdir(), "holdfast-mortal-"));
      ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
      const first = await startServer(dataDir, 0);
      const file = readFileSync(path.join(dataDir, "deployment.json"), "utf8");
      const device = await createDevice(unwrap(parseDeployment(file)), Date.now);
      const { engine } = await device.openTab();
      await createOrganization(engine);
      const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
      await first.ask(`die ${step}`, "doomed");
      const died = once(first.process, "exit");
      // Its answer never comes; the edit waits.
      await engine.createFolder(workspace, null, "written while dying");
      expect((await died)[1]).toBe("SIGKILL");

      const second = await startServer(dataDir, first.port);
      unwrap(await engine.createFolder(workspace, null, "written afterwards"));
      await second.ask("seal", "sealed");
      await engine.checkNow();
      const { entries } = unwrap(await engine.folder(workspace, null));
      expect(entries.map(({ name, state }) => [name, state])).toEqual([
        ["written afterwards", "verified"],
        ["written while dying", "verified"],
      ]);
      expect((await engine.trust()).state).toBe("verified");
      expect(await engine.proofFiles()).toEqual([]);
      await engine.lock();
    },
    60_000,
  );
});
