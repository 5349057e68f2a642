import { copyFileSync, existsSync } from "node:fs";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { CommandParts } from "#server/command/command-parts.ts";
import { createCommands } from "#server/command/commands.ts";
import type { ServedCommand } from "#server/command/served-command.ts";
import type { InstanceSigner } from "#server/log/instance-signer.ts";
import { createLogEngine, type LogEngine } from "#server/log/log-engine.ts";
import type { Clock, EventHub } from "#server/ports.ts";
import { createAccess } from "#server/session/access.ts";
import { openStore } from "#server/store/open-store.ts";
import type { Store } from "#server/store/store.ts";
import { createForgetfulMemory } from "./forgetful-memory.ts";

/** One history of the deployment: a database of its own and the honest engine on top of it. */
export interface Branch {
  /** SQLite file. */
  readonly file: string;
  readonly store: Store;
  readonly engine: LogEngine;
}

/** What every branch shares with the server that mallory pretends to be. */
export interface BranchParts {
  readonly suite: CryptoSuite;
  readonly signer: InstanceSigner;
  readonly events: EventHub;
  readonly clock: Clock;
}

export async function openBranch(parts: BranchParts, file: string): Promise<Branch> {
  const store = await openStore({ kind: "sqlite", file });
  const { suite, signer, events, clock } = parts;
  const memory = createForgetfulMemory(await store.commitNumber());
  const engine = await createLogEngine({ suite, store, memory, signer, events, clock });
  return { file, store, engine };
}

/** A second history that begins as a copy of the first. */
export async function forkBranch(parts: BranchParts, from: Branch, file: string): Promise<Branch> {
  await from.engine.idle();
  // Nothing is being written, so database and write-ahead log belong together.
  for (const suffix of ["", "-wal"]) {
    if (existsSync(from.file + suffix)) copyFileSync(from.file + suffix, file + suffix);
  }
  return openBranch(parts, file);
}

export async function closeBranch({ engine, store }: Branch): Promise<void> {
  await engine.idle();
  await store.close();
}

/** The honest commands, answering from this history. Sessions are the same everywhere. */
export function commandsOf(parts: CommandParts, branch: Branch): ReadonlyMap<string, ServedCommand> {
  const { engine, store } = branch;
  const access = createAccess(parts.suite, parts.sessions, engine.reader);
  return createCommands({ ...parts, engine, store, access });
}
