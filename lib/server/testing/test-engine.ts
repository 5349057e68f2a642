import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type InstanceMemory, openInstanceMemory } from "../log/instance-memory.ts";
import { createInstanceSigner, type InstanceSigner } from "../log/instance-signer.ts";
import { createLogEngine, type LogEngine, type LogEngineParts } from "../log/log-engine.ts";
import type { LogGrown } from "../ports.ts";
import { openStore, type StoreLocation } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";

/** An engine on a real database in a folder of its own. */
export interface TestEngine {
  readonly engine: LogEngine;
  readonly store: Store;
  readonly memory: InstanceMemory;
  readonly signer: InstanceSigner;
  readonly grown: readonly LogGrown[];
  readonly folder: string;
  /** Stops it, if that has not been done before, and leaves the folder. */
  readonly stop: () => Promise<void>;
}

export interface TestEngineInput
  extends Partial<Pick<LogEngineParts, "clock" | "onStep" | "maxCachedWeight">> {
  readonly suite: CryptoSuite;
  readonly folder: string;
  /** SQLite in the folder unless given. */
  readonly location?: StoreLocation;
  readonly decorateStore?: (store: Store) => Store;
}

export async function startTestEngine(input: TestEngineInput): Promise<TestEngine> {
  const { suite, folder, decorateStore = (store: Store): Store => store } = input;
  const opened = await openStore(input.location ?? { kind: "sqlite", file: join(folder, "holdfast.sqlite") });
  const store = decorateStore(opened);
  const memory = await openInstanceMemory({
    suite,
    randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    file: join(folder, "instance"),
    databaseCommit: await opened.commitNumber(),
  });
  const signer = createInstanceSigner(suite, memory.secretKey);
  const grown: LogGrown[] = [];
  const engine = await createLogEngine({
    suite,
    store,
    memory,
    signer,
    events: { publish: (event) => grown.push(event) },
    clock: input.clock ?? Date.now,
    ...(input.onStep ? { onStep: input.onStep } : {}),
    ...(input.maxCachedWeight === undefined ? {} : { maxCachedWeight: input.maxCachedWeight }),
  });
  const stop = async () => {
    await engine.idle();
    await memory.close();
    await opened.close();
  };
  let stopping: Promise<void> | undefined;
  return { engine, store, memory, signer, grown, folder, stop: () => (stopping ??= stop()) };
}

/** Runs with an empty folder that is gone afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
