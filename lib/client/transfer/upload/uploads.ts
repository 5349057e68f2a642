import { fromHex, toHex } from "#protocol/bytes/text.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import type { UploadSource } from "../../engine.ts";
import type { TransferHost } from "../../engine-parts.ts";
import type { TransferPorts } from "../ports.ts";
import type { RequestGate } from "../request-gate.ts";
import type { SpeedWindow } from "../speed.ts";
import { JobCommitter } from "./commit-job.ts";
import { readProgress } from "./earlier-progress.ts";
import { createJobRows, type JobRow, type JobRows } from "./job-rows.ts";
import { createJobs } from "./new-jobs.ts";
import { UploadJob } from "./upload-job.ts";
import { Uploader } from "./uploader.ts";
import { addFile, type WalkHost, walkJob } from "./walk-job.ts";

export interface UploadsHost {
  readonly engine: Pick<TransferHost, "suite" | "now" | "locks" | "rows" | "files"> & {
    readonly randomBytes: RandomBytes;
  };
  readonly ports: TransferPorts;
  readonly gate: RequestGate;
  readonly speed: SpeedWindow;
  readonly onChange: () => void;
  /** A transfer came to its end: told at once, for somebody may be waiting for it. */
  readonly onOver: () => void;
}

/** Files that are found ahead of the sending: a tree of millions does not fill the memory. */
const MAX_FILES_AHEAD = 20_000;

/** All uploads of this tab, from the choice of files to the last commit. */
export class Uploads {
  readonly #host: UploadsHost;
  readonly #rows: JobRows;
  readonly #uploader: Uploader;
  readonly #walkHost: WalkHost;
  readonly #jobs = new Map<string, UploadJob>();
  readonly #adopting = new Set<string>();
  readonly #committers = new Map<UploadJob, JobCommitter>();
  readonly #forgotten = new WeakSet<UploadJob>();
  #roomWaiters: (() => void)[] = [];

  constructor(host: UploadsHost) {
    this.#host = host;
    const { engine, ports } = host;
    this.#rows = createJobRows(engine.rows);
    this.#uploader = new Uploader({
      blocks: ports.blocks,
      gate: host.gate,
      rows: this.#rows,
      speed: host.speed,
      now: engine.now,
      onChange: (job) => this.#changed(job),
      onReopened: (job, file, opened) => {
        job.foundBytes -= file.state.sizeBytes;
        addFile(this.#walkHost, job, file, opened, true);
      },
    });
    this.#walkHost = {
      suite: engine.suite,
      onFile: (job, file) => this.#uploader.add(job, file),
      onChange: (job) => this.#changed(job),
      room: () => this.#room(),
    };
  }

  get jobs(): readonly UploadJob[] {
    return [...this.#jobs.values()];
  }

  pump(): void {
    this.#uploader.pump();
  }

  async start(workspace: string, folder: string | null, sources: readonly UploadSource[]): Promise<void> {
    const jobs = await createJobs({ workspace, folder }, sources, {
      ...this.#host.engine,
      rows: this.#rows,
      handles: this.#host.ports.handles,
    });
    for (const job of jobs) {
      void this.#host.engine.locks.run(lockOf(job.idHex), () => job.over);
      this.#run(job);
    }
  }

  /** Jobs at rest that nobody works on, because their tab is gone. Each is run while its lock is held. */
  async adopt(signal: AbortSignal): Promise<void> {
    for (const row of await this.#rows.list()) {
      const id = toHex(row.id);
      if (this.#jobs.has(id) || this.#adopting.has(id)) continue;
      this.#adopting.add(id);
      void this.#host.engine.locks
        .run(lockOf(id), async () => {
          // Its tab may have ended it while this one waited.
          if (signal.aborted || !(await this.#rows.has(row.id))) return;
          const job = await this.#load(row);
          this.#run(job);
          await job.over;
        })
        .finally(() => this.#adopting.delete(id));
    }
  }

  async cancel(id: string): Promise<void> {
    const [job, file] = this.#find(id);
    if (job?.state !== "active") return;
    if (file === undefined) await this.#over(job, "cancelled");
    else this.#cancelFile(job, file);
  }

  async retry(id: string): Promise<void> {
    const [job, file] = this.#find(id);
    if (job?.state !== "active") return;
    await this.#committers.get(job)?.sendUnsent();
    const errors = [job.heldBy, ...[...job.failed.values()].map(({ error }) => error)];
    if (errors.some((error) => error?.type === "SourceNotPermitted")) await this.#askAgain(job);
    const isAboutAll = file === undefined || !job.failed.has(file) || job.failed.get(file)?.source === null;
    if (isAboutAll) await this.#retryJob(job);
    else await this.#retryFile(job, file);
    this.#changed(job);
  }

  clearFinished(): void {
    for (const [id, job] of this.#jobs) {
      if (job.state === "active") job.finished.length = 0;
      else this.#jobs.delete(id);
    }
    this.#host.onChange();
  }

  stop(): void {
    for (const job of this.#jobs.values()) {
      this.#leave(job);
      job.end();
    }
    this.#jobs.clear();
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  #run(job: UploadJob): void {
    this.#jobs.set(job.idHex, job);
    this.#committers.set(
      job,
      new JobCommitter(
        {
          files: this.#host.engine.files,
          rows: this.#rows,
          timer: this.#host.ports.timer,
          now: this.#host.engine.now,
          onChange: (changed) => this.#changed(changed),
        },
        job,
      ),
    );
    void walkJob(this.#walkHost, job);
  }

  async #load(row: JobRow): Promise<UploadJob> {
    const handles = row.hasHandles ? await this.#host.ports.handles.get(toHex(row.id)) : [];
    const job = new UploadJob({
      ...row,
      sources: handles.map((handle) => ({ kind: "handle", handle })),
      earlier: readProgress(await this.#rows.progress(row.id)),
      isResumable: row.hasHandles,
    });
    if (job.isOrphaned) job.heldBy = { type: "UploadInterrupted" };
    return job;
  }

  #changed(job: UploadJob): void {
    if (job.state === "active") {
      this.#committers.get(job)?.poke();
      if (job.isHandedOver && job.failed.size === 0) void this.#forget(job);
      if (job.isComplete && job.heldBy === null) {
        void this.#over(job, job.doneFiles === 0 && job.finished.length > 0 ? "cancelled" : "done");
      }
    }
    if (this.#countAhead() < MAX_FILES_AHEAD) for (const resolve of this.#roomWaiters.splice(0)) resolve();
    this.#host.onChange();
  }

  async #over(job: UploadJob, state: "done" | "cancelled"): Promise<void> {
    this.#leave(job);
    job.state = state;
    job.failed.clear();
    // Nothing of it was seen to be done here, so there is nothing to be told about its end.
    if (state === "cancelled" && job.isOrphaned) this.#jobs.delete(job.idHex);
    this.#host.onOver();
    // What could not be removed is found again, and settled, at the next start.
    await this.#host.ports.handles.delete(job.idHex).catch(() => undefined);
    await this.#rows.remove(job.id, job.steps).catch(() => undefined);
    job.end();
    this.#uploader.pump();
  }

  /** What no later run could go on with needs none once the rest of it happens without the page. */
  async #forget(job: UploadJob): Promise<void> {
    if (this.#forgotten.has(job) || job.sources.some(({ kind }) => kind === "handle")) return;
    this.#forgotten.add(job);
    await this.#rows.remove(job.id, job.steps).catch(() => undefined);
  }

  /** Nothing more is done for it. Its rows stay, and its lock until `end`. */
  #leave(job: UploadJob): void {
    if (job.state !== "active") return;
    job.doneBytes = job.storedBytes;
    job.state = "left";
    job.files.clear();
    job.ready.length = 0;
    job.handedOver.clear();
    this.#committers.get(job)?.stop();
    this.#committers.delete(job);
  }

  #cancelFile(job: UploadJob, key: string): void {
    const file = job.files.get(key);
    const failed = job.failed.get(key);
    const [name, sizeBytes] = file
      ? [file.name, file.state.sizeBytes]
      : [failed?.name, failed?.sizeBytes ?? 0];
    // A commit on its way is not called back.
    if (name === undefined || (file?.isStored === true && file.isConfirmed && !job.ready.includes(file)))
      return;
    job.files.delete(key);
    job.failed.delete(key);
    if (file) remove(job.ready, file);
    job.foundFiles--;
    job.foundBytes -= sizeBytes;
    job.finished.push({ key, name, sizeBytes, state: "cancelled" });
    if (job.isResumable) void this.#giveUp(job, key);
    this.#changed(job);
    this.#uploader.pump();
  }

  async #giveUp(job: UploadJob, key: string): Promise<void> {
    const step = { kind: "givenUp", body: [unwrap(fromHex(key))] } as const;
    await this.#rows.append(job.id, job.steps++, step).catch(() => undefined);
  }

  async #retryFile(job: UploadJob, key: string): Promise<void> {
    const failed = job.failed.get(key);
    if (failed?.source === undefined || failed.source === null) return;
    const opened = await failed.source.open();
    if (job.state !== "active" || job.failed.get(key) !== failed) return;
    if (!opened.ok) {
      job.fail(failed, opened.error);
      return;
    }
    job.failed.delete(key);
    job.foundBytes -= failed.sizeBytes;
    addFile(this.#walkHost, job, { ...failed, source: failed.source }, opened.value);
  }

  async #retryJob(job: UploadJob): Promise<void> {
    const isUnreadable = [...job.failed.values()].some(({ source }) => source === null);
    if (isUnreadable && job.isResumable) {
      await this.#restart(job);
      return;
    }
    if (job.sources.length === 0) return;
    job.heldBy = null;
    for (const key of [...job.failed.keys()]) await this.#retryFile(job, key);
    this.#uploader.release();
  }

  /** From its rows, as another tab would: all of its sources are looked through again. */
  async #restart(job: UploadJob): Promise<void> {
    this.#leave(job);
    const rows = await this.#rows.list();
    const row = rows.find(({ id }) => toHex(id) === job.idHex);
    const next = row && (await this.#load(row));
    if (next === undefined) {
      // Nothing is kept of it: another tab ended it, or the device lost it.
      this.#jobs.delete(job.idHex);
      job.end();
      this.#host.onOver();
      return;
    }
    void next.over.then(() => job.end());
    this.#run(next);
  }

  async #askAgain(job: UploadJob): Promise<void> {
    for (const source of job.sources) {
      if (source.kind === "handle") await this.#host.ports.page.requestRead(source.handle);
    }
  }

  #find(id: string): readonly [UploadJob | undefined, file: string | undefined] {
    const [job = "", file] = id.split("/");
    return [this.#jobs.get(job), file];
  }

  async #room(): Promise<void> {
    while (this.#countAhead() >= MAX_FILES_AHEAD) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
  }

  #countAhead(): number {
    let count = 0;
    for (const job of this.#jobs.values()) count += job.files.size;
    return count;
  }
}

function remove<T>(items: T[], item: T): void {
  const index = items.indexOf(item);
  if (index >= 0) items.splice(index, 1);
}

function lockOf(job: string): string {
  return `holdfast/upload/${job}`;
}
