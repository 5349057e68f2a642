import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import type { EngineError } from "../../engine.ts";
import type { CommittedFile, FileGateway, FileToCommit } from "../../engine-parts.ts";
import { isKept } from "../../sync/engine-errors.ts";
import type { Timer } from "../ports.ts";
import { AwaitedReceipts } from "./awaited-receipts.ts";
import { type PlacedFile, withoutCommitted } from "./committed-before.ts";
import { type JobRows, MAX_FILES_PER_COMMIT, type ProgressStep } from "./job-rows.ts";
import type { UploadFile } from "./upload-file.ts";
import type { UploadJob } from "./upload-job.ts";

const FIRST_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 60_000;
const RETRY_MS = 5_000;
/** Blocks that one call may name: some 8 MiB of manifests. */
const MAX_BLOCKS_PER_COMMIT = 80_000;

const TOP_FOLDER = toHex(ROOT_FOLDER_ID);

export interface CommitHost {
  readonly files: FileGateway;
  readonly rows: JobRows;
  readonly timer: Timer;
  readonly now: () => number;
  readonly onChange: (job: UploadJob) => void;
}

/**
 * Writes stored files into their folders, many at a time: each commit writes its folders' manifests anew, so a job
 * of 5,000 files must not commit one by one. The first ones appear after seconds, later ones at doubling intervals,
 * the rest at the end. Only what is completely acknowledged by the server is ever committed.
 */
export class JobCommitter {
  readonly #host: CommitHost;
  readonly #job: UploadJob;
  #intervalMs = FIRST_INTERVAL_MS;
  /** Fewer where something on the way takes no record of so many. */
  #maxFiles = MAX_FILES_PER_COMMIT;
  #dueAt: number;
  #cancelTimer: (() => void) | undefined;
  readonly #receipts: AwaitedReceipts;

  constructor(host: CommitHost, job: UploadJob) {
    this.#host = host;
    this.#job = job;
    this.#dueAt = host.now() + FIRST_INTERVAL_MS;
    this.#receipts = new AwaitedReceipts(host, job, (kind, files) =>
      this.#note({ kind, body: files.map(keyOf) }),
    );
  }

  /** After anything that may make a commit due. */
  poke(): void {
    const job = this.#job;
    if (job.state !== "active" || job.isCommitting || job.heldBy !== null || job.waitsFor !== null) return;
    const isWanted = job.ready.length > 0 || (job.isWalked && job.newFolders.length > 0);
    if (!isWanted) return;
    const waitMs = this.#dueAt - this.#host.now();
    if (job.isDrained || job.ready.length >= this.#maxFiles || waitMs <= 0) void this.#commit();
    else this.#cancelTimer ??= this.#host.timer.after(waitMs, "time", () => this.#onTimer());
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#receipts.stop();
  }

  /** What waits on this device is tried before its turn. */
  sendUnsent(): Promise<void> {
    return this.#receipts.sendNow();
  }

  #onTimer(): void {
    this.#cancelTimer = undefined;
    this.#job.waitsFor = null;
    this.poke();
  }

  async #commit(): Promise<void> {
    const job = this.#job;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    job.isCommitting = true;
    const files = takeSome(job.ready, this.#maxFiles);
    const folders = job.newFolders.splice(0);
    const committed = await this.#commitFiles(files, folders);
    job.isCommitting = false;
    if (!committed.ok) this.#putBack(files, folders, committed.error);
    await this.#receipts.look();
    this.#intervalMs = Math.min(MAX_INTERVAL_MS, this.#intervalMs * 2);
    this.#dueAt = this.#host.now() + this.#intervalMs;
    this.#host.onChange(job);
    this.poke();
  }

  async #commitFiles(
    files: readonly UploadFile[],
    newFolders: readonly (readonly string[])[],
  ): Promise<Result<null, EngineError>> {
    const { files: gateway } = this.#host;
    const job = this.#job;
    const folders = await this.#ensureFolders(files, newFolders);
    if (!folders.ok) return folders;
    const placed = files.map((file) => ({ file, folder: folders.value(file) }));
    const unknown = await withoutCommitted(gateway, job.workspace, placed);
    if (!unknown.ok) return unknown;
    if (job.state !== "active") return ok(null);
    await this.#note({ kind: "committing", body: files.map(keyOf) });
    const committed =
      unknown.value.length === 0
        ? ok([])
        : await gateway.commitFiles(
            job.workspace,
            unknown.value.map((placed) => toCommit(placed, job.written)),
          );
    if (!committed.ok) {
      // A part of them may have got there.
      for (const { file } of unknown.value) file.mayBeCommitted = true;
      return committed.error.type === "FolderFull"
        ? this.#leaveBehind(unknown.value, committed.error)
        : committed;
    }
    const saved = new Map(unknown.value.map(({ file }, index) => [file, committed.value[index]]));
    this.#handOver(placed, saved);
    return ok(null);
  }

  /** What the full folder did not take fails, each by itself; the rest of the job goes on. */
  async #leaveBehind(
    placed: readonly PlacedFile[],
    error: Extract<EngineError, { readonly type: "FolderFull" }>,
  ): Promise<Result<null, EngineError>> {
    const job = this.#job;
    const missing = await withoutCommitted(this.#host.files, job.workspace, placed);
    if (!missing.ok) return missing;
    const isThere = (one: PlacedFile): boolean => !missing.value.includes(one);
    this.#handOver(placed.filter(isThere), new Map());
    for (const { file, folder } of missing.value) {
      if ((folder ?? TOP_FOLDER) !== error.folder) {
        job.ready.unshift(file);
        continue;
      }
      const { key, folder: path, name, source, state } = file;
      job.fail({ key, folder: path, name, source, sizeBytes: state.sizeBytes }, error);
    }
    return ok(null);
  }

  #handOver(placed: readonly PlacedFile[], saved: ReadonlyMap<UploadFile, CommittedFile | undefined>): void {
    for (const one of placed) {
      this.#job.written.add(placeOf(one));
      this.#receipts.await(one, saved.get(one.file));
    }
  }

  async #ensureFolders(
    files: readonly UploadFile[],
    newFolders: readonly (readonly string[])[],
  ): Promise<Result<(file: UploadFile) => string | null, EngineError>> {
    const job = this.#job;
    const paths = new Map<string, readonly string[]>();
    for (const path of [...newFolders, ...files.map(({ folder }) => folder)]) {
      if (path.length > 0) paths.set(path.join("/"), path);
    }
    if (paths.size === 0) return ok(() => job.folder);
    const ensured = await this.#host.files.ensureFolders(job.workspace, job.folder, [...paths.values()]);
    if (!ensured.ok) return ensured;
    const missing = [...paths.keys()].find((path) => !ensured.value.has(path));
    if (missing !== undefined) return err({ type: "Unexpected", detail: "a folder was not made" });
    for (const id of ensured.value.values()) job.unsentFolders.add(id);
    return ok(({ folder }) =>
      folder.length === 0 ? job.folder : (ensured.value.get(folder.join("/")) ?? job.folder),
    );
  }

  #putBack(files: readonly UploadFile[], folders: readonly (readonly string[])[], error: EngineError): void {
    const job = this.#job;
    job.ready.unshift(...files);
    job.newFolders.unshift(...folders);
    const isTooMuch = error.type === "RequestTooLarge" || error.type === "RequestLost";
    if (isTooMuch && files.length > 1) this.#maxFiles = Math.ceil(files.length / 2);
    else if (isKept(error) || error.type === "WritesPaused") {
      job.waitsFor = error;
      this.#cancelTimer = this.#host.timer.after(RETRY_MS, "timeOrNetwork", () => this.#onTimer());
    } else {
      job.heldBy = error;
    }
  }

  async #note(step: ProgressStep): Promise<void> {
    const job = this.#job;
    if (job.state === "active" && job.isResumable && step.body.length > 0)
      await this.#host.rows.append(job.id, job.steps++, step);
  }
}

/** As many as fit one commit, in the order in which they became ready. */
function takeSome(ready: UploadFile[], maxFiles: number): readonly UploadFile[] {
  let count = 0;
  let blocks = 0;
  for (const file of ready.slice(0, maxFiles)) {
    blocks += file.ranges.length;
    if (count > 0 && blocks > MAX_BLOCKS_PER_COMMIT) break;
    count++;
  }
  return ready.splice(0, count);
}

/** Two files of one upload that come to share a name are both kept; an older file of that name gets a new version. */
function toCommit(placed: PlacedFile, written: ReadonlySet<string>): FileToCommit {
  const { file, folder } = placed;
  const replacesSameName = !written.has(placeOf(placed));
  return {
    folder,
    file: null,
    replacesSameName,
    modifiedAt: file.state.modifiedAt,
    manifest: file.manifest(),
  };
}

function placeOf({ file, folder }: PlacedFile): string {
  return `${folder ?? ""}/${file.name}`;
}

function keyOf({ key }: UploadFile): Bytes {
  return unwrap(fromHex(key));
}
