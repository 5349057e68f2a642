import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian's package puts PostgreSQL 15, the oldest version that is supported. */
const BINARIES = "/usr/lib/postgresql/15/bin";
const START_TIMEOUT_MS = 15_000;

export interface TestPostgres {
  readonly url: string;
  /** A database of its own. */
  readonly createDatabase: (name: string) => string;
  /** Kills it as a power cut would, and starts it again on the same port and data. */
  readonly crash: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Undefined where PostgreSQL is not installed: such tests report themselves as skipped, and fail under CI. */
export function isPostgresInstalled(): boolean {
  const isInstalled = existsSync(join(BINARIES, "postgres"));
  if (!isInstalled && process.env["CI"] === "true") throw new Error(`PostgreSQL is needed in ${BINARIES}`);
  return isInstalled;
}

/** A real server on a loopback port in a temporary folder; fsync stays on. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-postgres-"));
  const data = join(folder, "data");
  const port = await freePort();
  if (isRoot()) {
    // PostgreSQL refuses to run as root.
    const [user = 0, group = 0] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"])));
    chownSync(folder, user, group);
  }
  chmodSync(folder, 0o700);
  asOwner("initdb", ["-D", data, "-U", "holdfast", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  let server = await launch(data, folder, port);
  const url = `postgres://holdfast@127.0.0.1:${port}/postgres`;
  const end = async (signal: NodeJS.Signals) => {
    const exited = new Promise((resolve) => server.once("exit", resolve));
    killGroup(server, signal);
    await exited;
  };
  return {
    url,
    createDatabase: (name) => {
      asOwner("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "holdfast", name]);
      return `postgres://holdfast@127.0.0.1:${port}/${name}`;
    },
    crash: () => end("SIGQUIT"),
    restart: async () => {
      server = await launch(data, folder, port);
    },
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(data: string, folder: string, port: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: folder,
    shared_buffers: "32MB",
    fsync: "on",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [command, args] = ownerCommand("postgres", ["-D", data, ...flags]);
  // In a process group of its own, since `runuser` does not pass every signal on.
  const server = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], detached: true, cwd: folder });
  await new Promise<void>((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`PostgreSQL did not start: ${log}`)), START_TIMEOUT_MS);
    server.once("exit", () => reject(new Error(`PostgreSQL ended: ${log}`)));
    server.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (!log.includes("ready to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return server;
}

function killGroup(server: ChildProcess, signal: NodeJS.Signals): void {
  if (server.pid !== undefined) process.kill(-server.pid, signal);
}

function asOwner(program: string, args: readonly string[]): void {
  const [command, all] = ownerCommand(program, args);
  execFileSync(command, all, { stdio: "pipe", cwd: "/" });
}

function ownerCommand(program: string, args: readonly string[]): [string, string[]] {
  const binary = join(BINARIES, program);
  return isRoot() ? ["runuser", ["-u", "postgres", "--", binary, ...args]] : [binary, [...args]];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
