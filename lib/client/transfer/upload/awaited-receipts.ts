import type { CommittedFile } from "../../engine-parts.ts";
import type { CommitHost } from "./commit-job.ts";
import { findMissing, type PlacedFile } from "./committed-before.ts";
import { findReasons } from "./unsent-reasons.ts";
import type { UploadFile } from "./upload-file.ts";
import type { UploadJob } from "./upload-job.ts";

/** How often a queue that waits for the server is looked at. */
const LOOK_AGAIN_MS = 5_000;

/**
 * What a job committed, and the server may not have yet: a commit is kept on this device while its record does not get
 * through. A file is done once no edit that waits names its content: a receipt takes it from there. So does a person who
 * gives up what was set aside; a file that was seen to wait is therefore looked up in its folder.
 */
export class AwaitedReceipts {
  readonly #host: Pick<CommitHost, "files" | "timer" | "onChange">;
  readonly #job: UploadJob;
  readonly #note: (kind: "settled" | "givenUp", files: readonly UploadFile[]) => Promise<void>;
  #cancelTimer: (() => void) | undefined;

  constructor(
    host: Pick<CommitHost, "files" | "timer" | "onChange">,
    job: UploadJob,
    note: (kind: "settled" | "givenUp", files: readonly UploadFile[]) => Promise<void>,
  ) {
    this.#host = host;
    this.#job = job;
    this.#note = note;
  }

  await({ file, folder }: PlacedFile, committed: CommittedFile | undefined): void {
    if (this.#job.isCurrent(file))
      this.#job.handedOver.set(file, { folder, committed, because: null, hasWaited: false });
  }

  stop(): void {
    this.#cancelTimer?.();
  }

  async sendNow(): Promise<void> {
    if (this.#isEmpty()) return;
    await this.#host.files.sendUnsent(this.#job.workspace);
    await this.look();
  }

  /** Finishes what the server has receipted, and learns why the rest waits. */
  async look(): Promise<void> {
    if (this.#isEmpty()) return;
    const job = this.#job;
    this.#cancelTimer?.();
    const files = [...job.handedOver];
    const folders = [...job.unsentFolders];
    const unsent = await this.#host.files.unsent(job.workspace);
    if (job.state !== "active") return;
    job.unsentBecause = unsent.because;
    const reasonOf = findReasons(unsent.files);
    const left: UploadFile[] = [];
    for (const [file, handedOver] of files) {
      const name = handedOver.committed?.name ?? file.name;
      const because = reasonOf({ ...file.manifest(), name }, handedOver.folder);
      if (because === undefined) left.push(file);
      else if (job.handedOver.has(file)) {
        job.handedOver.set(file, { ...handedOver, because, hasWaited: true });
      }
    }
    await this.#end(left);
    for (const id of folders) if (!unsent.folders.has(id)) job.unsentFolders.delete(id);
    if (!this.#isEmpty()) this.#lookAgainLater();
  }

  /** Of files that no edit names any more. */
  async #end(files: readonly UploadFile[]): Promise<void> {
    const job = this.#job;
    const doubtful = files.flatMap((file) => {
      const handedOver = job.handedOver.get(file);
      return handedOver?.hasWaited === true ? [{ file, folder: handedOver.folder }] : [];
    });
    const missing = await findMissing(this.#host.files, job.workspace, doubtful);
    const unknown = new Set(missing.ok ? [] : doubtful.map(({ file }) => file));
    const givenUp = new Set<UploadFile>();
    for (const { file } of missing.ok ? missing.value : []) {
      if (!(await this.#isElsewhere(file))) givenUp.add(file);
    }
    if (job.state !== "active") return;
    const done = files.filter((file) => !unknown.has(file) && !givenUp.has(file));
    await this.#note("settled", done);
    await this.#note("givenUp", [...givenUp]);
    for (const file of done) finish(job, file);
    for (const file of givenUp) takeBack(job, file);
  }

  /** Sent, and moved to another folder since. */
  async #isElsewhere(file: UploadFile): Promise<boolean> {
    const { files } = this.#host;
    const id = this.#job.handedOver.get(file)?.committed?.id;
    return id !== undefined && (await files.openFiles(this.#job.workspace, [{ file: id, version: null }])).ok;
  }

  #isEmpty(): boolean {
    return this.#job.handedOver.size === 0 && this.#job.unsentFolders.size === 0;
  }

  #lookAgainLater(): void {
    this.#cancelTimer?.();
    if (this.#job.state !== "active") return;
    this.#cancelTimer = this.#host.timer.after(LOOK_AGAIN_MS, "timeOrNetwork", () => {
      void this.look().then(() => this.#host.onChange(this.#job));
    });
  }
}

function finish(job: UploadJob, file: UploadFile): void {
  const handedOver = job.handedOver.get(file);
  if (!handedOver || !job.isCurrent(file)) return;
  const { folder, committed } = handedOver;
  const { sizeBytes } = file.state;
  job.handedOver.delete(file);
  job.files.delete(file.key);
  job.doneFiles++;
  job.doneBytes += sizeBytes;
  if (committed !== undefined && committed.replacedVersion !== null) job.newVersions++;
  if (job.name !== null) return;
  const saved = committed && {
    workspace: job.workspace,
    folder,
    file: committed.id,
    name: committed.name,
    replacedVersion: committed.replacedVersion,
  };
  job.finished.push({ key: file.key, name: file.name, sizeBytes, state: "done", ...(saved && { saved }) });
}

function takeBack(job: UploadJob, file: UploadFile): void {
  if (!job.handedOver.delete(file) || !job.isCurrent(file)) return;
  const { sizeBytes } = file.state;
  job.files.delete(file.key);
  job.foundFiles--;
  job.foundBytes -= sizeBytes;
  job.finished.push({ key: file.key, name: file.name, sizeBytes, state: "cancelled" });
}
