import { createProductBlockSuite } from "#crypto/product-block-suite.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import { decryptBlock } from "#protocol/block/block-cipher.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { concatBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import { err, type Result, unwrap } from "#protocol/result.ts";
import type { EngineEvent } from "../../engine.ts";
import type { Locks } from "../../engine-parts.ts";
import { createSealedRows } from "../../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../../storage/testing/memory-row-store.ts";
import type { BlockPool, BlockWorkError, HandleStore, SaveTarget, TransferPorts } from "../ports.ts";
import { createTransferPart, type TransferEngine } from "../transfer-part.ts";
import { createBlockWork } from "../worker/block-work.ts";
import { createManualTimer, settle } from "./manual-timer.ts";
import { MemoryBlockServer } from "./memory-block-server.ts";
import { MemoryDisk } from "./memory-files.ts";
import { MemoryWorkspace } from "./memory-workspace.ts";

export const testSuite: CryptoSuite = await createProductSuite();
export const testBlockSuite = await createProductBlockSuite(testSuite);
export const testRandomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
export const WORKSPACE = "77".repeat(32);
const ORGANIZATION: Bytes = new Uint8Array(32).fill(5);
const SESSION: Bytes = new Uint8Array(32);

/** What outlives a killed tab, and what each new one is made with: everything real but the network and the disk. */
export function createTransferWorld() {
  const timer = createManualTimer();
  const server = new MemoryBlockServer(testSuite);
  const workspace = new MemoryWorkspace();
  const disk = new MemoryDisk();
  const rowStore = createMemoryRowStore();
  const rows = createSealedRows(testSuite, testRandomBytes, rowStore, new Uint8Array(32).fill(1));
  const handles = createMemoryHandles();
  const lockHolders = new Map<string, Promise<void>>();
  workspace.onCommit = (manifest) => {
    for (const block of manifest.blocks) {
      if (!server.blocks.has(toHex(block.id))) throw new Error("committed a block that is not stored");
    }
  };

  let working = 0;
  const busy = async <T>(work: Promise<T>): Promise<T> => {
    working++;
    try {
      return await work;
    } finally {
      working--;
    }
  };

  return {
    timer,
    /** Lets everything run that waits for nothing but its turn, and for blocks, which other threads work on. */
    settle: async (): Promise<void> => {
      do await settle();
      while (working > 0);
    },
    server,
    workspace,
    disk,
    rowStore,
    handles,
    targets: { next: (): SaveTarget => ({ kind: "cancelled" }) },
    /** Plaintext of a committed file. */
    contentOf: async (manifest: FileManifest): Promise<Bytes> => {
      const pieces = manifest.blocks.map(async (block) => {
        const ciphertext = server.blocks.get(toHex(block.id)) ?? new Uint8Array(0);
        return unwrap(await decryptBlock(testBlockSuite, ORGANIZATION, block, ciphertext));
      });
      return concatBytes(...(await Promise.all(pieces)));
    },
    /** The whole part in a tab. */
    openPart() {
      const { engine, ports, emitted } = this.openTab();
      return { part: createTransferPart(engine, ports), emitted };
    },
    /** What a tab is made of. Its locks are free again when `close` is called, like those of a tab that died. */
    openTab() {
      const locks = createTabLocks(lockHolders);
      const tab = { isClosed: false };
      const emitted: EngineEvent[] = [];
      const work = createBlockWork({
        suite: testBlockSuite,
        randomBytes: testRandomBytes,
        transport: server.transport(timer.now),
        organization: ORGANIZATION,
      });
      const blocks: BlockPool = {
        send: async (batch, pieces) => withoutSession(await busy(work.send(batch, SESSION, pieces))),
        receive: async (asked) => withoutSession(await busy(work.receive(SESSION, asked))),
        compare: (file, asked) => busy(work.compare(file, asked)),
        drop: (batch) => work.drop(batch),
        stop: () => undefined,
      };
      const engine: TransferEngine = {
        suite: testSuite,
        randomBytes: testRandomBytes,
        now: timer.now,
        locks,
        rows: whileOpen(tab, rows),
        files: whileOpen(tab, workspace),
        emit: (event) => void emitted.push(event),
      };
      const ports: TransferPorts = {
        blocks,
        handles: whileOpen(tab, handles),
        timer,
        page: { openTarget: async () => this.targets.next(), requestRead: async () => true },
      };
      const close = () => {
        tab.isClosed = true;
        locks.releaseAll();
      };
      return { engine, ports, emitted, close };
    },
  };
}

/** The same functions, as far as a dead tab is concerned: it calls nothing any more and hears no answer. */
function whileOpen<T extends object>(tab: { isClosed: boolean }, part: T): T {
  const isClosed = () => tab.isClosed;
  const never = new Promise<never>(() => undefined);
  return new Proxy(part, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        if (isClosed()) return never;
        const answer: unknown = await Reflect.apply(member, target, given);
        return isClosed() ? never : answer;
      };
    },
  });
}

const UNREACHABLE = { type: "Unreachable", error: { type: "ServerUnreachable" } } as const;

function withoutSession<T>(answer: Result<T, BlockWorkError>) {
  if (answer.ok) return answer;
  return err(answer.error.type === "SessionEnded" ? UNREACHABLE : answer.error);
}

function createMemoryHandles(): HandleStore & { readonly size: () => number } {
  const stored = new Map<string, readonly FileSystemHandle[]>();
  return {
    put: async (job, handles) => void stored.set(job, handles),
    get: async (job) => stored.get(job) ?? [],
    delete: async (job) => void stored.delete(job),
    size: () => stored.size,
  };
}

/** One holder of a name at a time; a tab that is closed gives back all of its own. */
function createTabLocks(holders: Map<string, Promise<void>>): Locks & { readonly releaseAll: () => void } {
  let releaseAll: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    releaseAll = resolve;
  });
  const run: Locks["run"] = async (name, task) => {
    const before = holders.get(name) ?? Promise.resolve();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    holders.set(
      name,
      before.then(() => Promise.race([held, closed])),
    );
    await before;
    try {
      return await task();
    } finally {
      release();
    }
  };
  return { run, lead: (name, signal, task) => run(name, () => task(signal)), releaseAll };
}
