import type { CommittedFile } from "../../engine-parts.ts";
import type { CommitHost } from "./commit-job.ts";
import type { PlacedFile } from "./committed-before.ts";
import { findReasons } from "./unsent-reasons.ts";
import type { UploadFile } from "./upload-file.ts";
import type { UploadJob } from "./upload-job.ts";

/** How often a queue that waits for the server is looked at. */
const LOOK_AGAIN_MS = 5_000;

/**
 * What a job committed, and the server may not have yet: a commit is kept on this device while its record does not get
 * through. A file is done once no edit that waits names its content, for only a receipt takes it from there.
 */
export class AwaitedReceipts {
  readonly #host: Pick<CommitHost, "files" | "timer" | "onChange">;
  readonly #job: UploadJob;
  readonly #settle: (files: readonly UploadFile[]) => Promise<void>;
  #cancelTimer: (() => void) | undefined;

  constructor(
    host: Pick<CommitHost, "files" | "timer" | "onChange">,
    job: UploadJob,
    settle: (files: readonly UploadFile[]) => Promise<void>,
  ) {
    this.#host = host;
    this.#job = job;
    this.#settle = settle;
  }

  await({ file, folder }: PlacedFile, committed: CommittedFile | undefined): void {
    if (this.#job.isCurrent(file)) this.#job.handedOver.set(file, { folder, committed, because: null });
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
    const done: UploadFile[] = [];
    for (const [file, handedOver] of files) {
      const name = handedOver.committed?.name ?? file.name;
      const because = reasonOf({ ...file.manifest(), name }, handedOver.folder);
      if (because === undefined) done.push(file);
      else if (job.handedOver.has(file)) job.handedOver.set(file, { ...handedOver, because });
    }
    await this.#settle(done);
    for (const file of done) finish(job, file);
    for (const id of folders) if (!unsent.folders.has(id)) job.unsentFolders.delete(id);
    if (!this.#isEmpty()) this.#lookAgainLater();
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
