import { mkdir, open } from "node:fs/promises";
import path from "node:path";

/**
 * Durability of folder entries. A rename survives a power cut only after its folder was synced; calls that come
 * while a folder is being synced share the next sync, so a burst of blocks costs one or two a folder.
 */
export class FolderSync {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #ensured = new Map<string, Promise<void>>();

  /** Resolves once everything that had been renamed into `folder` before this call is durable. */
  async sync(folder: string): Promise<void> {
    // A sync that is already running may have begun before our rename: wait for one that starts now or later.
    const waiting = this.#waiting.get(folder);
    if (waiting) return waiting;
    const running = this.#running.get(folder);
    if (!running) return this.#start(folder);
    const next = running.then(
      () => this.#startWaiting(folder),
      () => this.#startWaiting(folder),
    );
    this.#waiting.set(folder, next);
    return next;
  }

  /** Makes `folder` and its parents below `root`, durably; each folder is looked at once in the life of the process. */
  async ensure(root: string, folder: string): Promise<void> {
    if (folder === root) return;
    const known = this.#ensured.get(folder);
    if (known) return known;
    const made = this.#make(root, folder);
    this.#ensured.set(folder, made);
    made.catch(() => this.#ensured.delete(folder));
    return made;
  }

  async #make(root: string, folder: string): Promise<void> {
    const parent = path.dirname(folder);
    await this.ensure(root, parent);
    await mkdir(folder).catch((error: unknown) => {
      if (errorCode(error) !== "EEXIST") throw error;
    });
    // Also where it existed: a process that died may have made it without getting to the sync.
    await this.sync(parent);
  }

  #startWaiting(folder: string): Promise<void> {
    this.#waiting.delete(folder);
    return this.#start(folder);
  }

  #start(folder: string): Promise<void> {
    const running = syncFolder(folder).finally(() => {
      if (this.#running.get(folder) === running) this.#running.delete(folder);
    });
    this.#running.set(folder, running);
    return running;
  }
}

/** The system's error word, such as ENOENT; empty for anything that is not a system error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** There was no room for what was to be written. */
export function isDiskFull(code: string): boolean {
  return FULL.has(code);
}

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
