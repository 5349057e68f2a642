import { BLOCK_OVERHEAD_BYTES } from "#protocol/block/block-cipher.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { MAX_BLOCKS_PER_REQUEST } from "#protocol/wire/blocks.ts";
import type { EngineError } from "../../engine.ts";
import type { BlockPool, Piece, SentPiece } from "../ports.ts";
import type { RequestGate } from "../request-gate.ts";
import type { SpeedWindow } from "../speed.ts";
import { BatchPace } from "./batch-pace.ts";
import { ContentComparison } from "./compare-content.ts";
import type { JobRows, StoredPieceRow } from "./job-rows.ts";
import { SizeQueue } from "./size-queue.ts";
import { isSameState, stateOf, type UploadFile } from "./upload-file.ts";
import type { UploadJob } from "./upload-job.ts";

/** Half of what one request may carry: larger ones are not faster, and several are in memory at a time. */
const MAX_BATCH_BYTES = 3 * 1024 * 1024;
/** How often a file may be found to be another before it is left for the person to decide. */
const MAX_DIFFERENCES = 3;

export interface UploaderHost {
  readonly blocks: BlockPool;
  readonly gate: RequestGate;
  readonly rows: JobRows;
  readonly speed: SpeedWindow;
  readonly now: () => number;
  /** Something became stored, failed, or was held. */
  readonly onChange: (job: UploadJob) => void;
  /** A file changed before any of it was stored: it is begun anew, once. */
  readonly onReopened: (job: UploadJob, file: UploadFile, opened: File) => void;
}

interface Batch {
  readonly id: number;
  readonly parts: readonly Part[];
  readonly sizeBytes: number;
}

interface Part extends QueuedFile {
  readonly piece: Piece;
}

interface QueuedFile {
  readonly job: UploadJob;
  readonly file: UploadFile;
}

/** Sends the blocks of all jobs: small files first, many small blocks in one request, a few requests at a time. */
export class Uploader {
  readonly #host: UploaderHost;
  readonly #queue = new SizeQueue<QueuedFile>();
  readonly #queued = new WeakSet<UploadFile>();
  /** Taken out of the queue because their job is held. */
  #aside: QueuedFile[] = [];
  /** Their ciphertexts are kept in the pool and are sent again as they are. */
  readonly #unanswered: Batch[] = [];
  readonly #lostOnce = new WeakSet<Batch>();
  readonly #pace = new BatchPace(MAX_BATCH_BYTES);
  readonly #comparison: ContentComparison;
  #batches = 0;
  #inFlight = 0;

  constructor(host: UploaderHost) {
    this.#host = host;
    this.#comparison = new ContentComparison(host.blocks);
  }

  add(job: UploadJob, file: UploadFile): void {
    if (file.isStored) void this.#finish(job, file);
    else this.#enqueue({ job, file });
    this.pump();
  }

  /** After anything that may allow another request. */
  pump(): void {
    while (this.#hasWork() && this.#isWorthSending() && this.#host.gate.tryEnter()) {
      const batch = this.#unanswered.shift() ?? this.#fillBatch();
      void this.#send(batch);
    }
  }

  /** After a held job was released. */
  release(): void {
    for (const item of this.#aside.splice(0)) this.#queue.push(item, item.file.state.sizeBytes);
    this.pump();
  }

  #hasWork(): boolean {
    // What nobody waits for any more is dropped here, before it takes a place in the gate.
    for (let batch = this.#unanswered[0]; batch !== undefined; batch = this.#unanswered[0]) {
      if (batch.parts.some(({ job, file }) => job.isCurrent(file))) return true;
      this.#host.blocks.drop(batch.id);
      this.#unanswered.shift();
    }
    return this.#peek() !== undefined;
  }

  /** While an answer is on its way, small files that are found one by one are gathered into a full batch. */
  #isWorthSending(): boolean {
    if (this.#inFlight === 0 || this.#unanswered.length > 0) return true;
    let pieces = 0;
    let sizeBytes = 0;
    for (const { file } of this.#queue) {
      pieces += file.waiting;
      sizeBytes += file.waiting * file.nextBytes;
      if (pieces >= MAX_BLOCKS_PER_REQUEST || sizeBytes >= this.#pace.targetBytes) return true;
    }
    return false;
  }

  #peek(): QueuedFile | undefined {
    for (let item = this.#queue.peek(); item !== undefined; item = this.#queue.peek()) {
      if (item.job.isCurrent(item.file) && item.job.isSending) return item;
      this.#queue.shift();
      if (item.job.isCurrent(item.file)) this.#aside.push(item);
    }
    return undefined;
  }

  #fillBatch(): Batch {
    const parts: Part[] = [];
    let sizeBytes = 0;
    for (let item = this.#peek(); item !== undefined; item = this.#peek()) {
      const nextBytes = item.file.nextBytes + BLOCK_OVERHEAD_BYTES;
      if (parts.length > 0 && sizeBytes + nextBytes > this.#pace.targetBytes) break;
      const piece = item.file.take();
      if (piece) {
        parts.push({ ...item, piece });
        sizeBytes += nextBytes;
      }
      if (item.file.waiting === 0) {
        this.#queue.shift();
        this.#queued.delete(item.file);
      }
      if (parts.length === MAX_BLOCKS_PER_REQUEST) break;
    }
    return { id: this.#batches++, parts, sizeBytes };
  }

  async #send(batch: Batch): Promise<void> {
    const startedAt = this.#host.now();
    const pieces = batch.parts.map(({ piece }) => piece);
    this.#inFlight++;
    const answer = await this.#host.blocks.send(batch.id, pieces);
    this.#inFlight--;
    if (answer.ok) {
      this.#pace.answered(batch.sizeBytes, this.#host.now() - startedAt);
      this.#host.gate.leave(null);
      await this.#settle(batch, answer.value);
    } else {
      const { error } = answer;
      switch (error.type) {
        case "Unreachable":
          this.#lost(batch, error.error);
          this.#host.gate.leave(error.error);
          break;
        case "TooLarge":
          this.#tooLarge(batch, error.sizeBytes);
          this.#host.gate.leave(null);
          break;
        case "Refused":
          this.#hold(batch, error.error);
          this.#host.gate.leave(null);
      }
    }
    this.pump();
  }

  /** The same ciphertexts again, until there is reason to think that they are too many for one request. */
  #lost(batch: Batch, error: EngineError): void {
    const isAgain = this.#lostOnce.has(batch);
    this.#lostOnce.add(batch);
    if (error.type !== "RequestLost" || !isAgain || batch.parts.length === 1) {
      this.#unanswered.push(batch);
      return;
    }
    this.#host.blocks.drop(batch.id);
    this.#divide(batch);
  }

  #tooLarge(batch: Batch, sizeBytes: number): void {
    const [only] = batch.parts;
    if (only === undefined || batch.parts.length > 1) this.#divide(batch);
    else if (only.job.isCurrent(only.file)) {
      this.#fail(only.job, only.file, { type: "RequestTooLarge", sizeBytes });
    }
  }

  #divide(batch: Batch): void {
    this.#pace.refused(batch.sizeBytes);
    for (const part of batch.parts) this.#giveBack(part);
  }

  async #settle(batch: Batch, sent: readonly SentPiece[]): Promise<void> {
    const current = batch.parts
      .map((part, index) => ({ ...part, sent: sent[index] }))
      .filter(({ job, file }) => job.isCurrent(file));
    for (const job of new Set(current.map((part) => part.job))) {
      const own = current.filter((part) => part.job === job);
      await this.#note(
        job,
        own.flatMap(({ file, sent: answer }) => (answer?.kind === "stored" ? [rowOf(file, answer)] : [])),
      );
      for (const { file, sent: answer } of own) {
        if (answer?.kind !== "stored") continue;
        file.acknowledge(answer.block);
        this.#host.speed.add(answer.block.sizeBytes);
        if (file.isStored) void this.#finish(job, file);
      }
      for (const { file, sent: answer } of own) {
        if (answer?.kind === "unreadable") void this.#unreadable(job, file);
      }
      this.#host.onChange(job);
    }
  }

  /** Kept so that a killed tab goes on from here. Where the device has no room for it, the upload goes on all the same. */
  async #note(job: UploadJob, pieces: readonly StoredPieceRow[]): Promise<void> {
    if (!job.isResumable || pieces.length === 0) return;
    await this.#host.rows.append(job.id, job.steps++, { kind: "stored", body: pieces }).catch(() => {
      job.isResumable = false;
    });
  }

  /** All blocks are stored. Only what the file was at one moment is ever committed. */
  async #finish(job: UploadJob, file: UploadFile): Promise<void> {
    const error = file.isConfirmed ? undefined : await this.#confirm(job, file);
    if (!job.isCurrent(file)) return;
    if (error) {
      this.#fail(job, file, error);
      return;
    }
    if (file.isConfirmed) job.ready.push(file);
    else this.#enqueue({ job, file });
    this.#host.onChange(job);
    this.pump();
  }

  /** What is not as it was stored has to be sent anew; an error for a file that does not come to rest. */
  async #confirm(job: UploadJob, file: UploadFile): Promise<EngineError | undefined> {
    const opened = await file.source.open();
    if (!opened.ok) return opened.error;
    if (!isSameState(stateOf(opened.value), file.state)) return { type: "SourceChanged" };
    const isWanted = (): boolean => job.isCurrent(file);
    const changed = await this.#comparison.changedBlocks(opened.value, file.storedBlocks, isWanted);
    if (changed?.length === 0) file.isConfirmed = true;
    else if (changed && file.replace(opened.value, changed) > MAX_DIFFERENCES) {
      return { type: "SourceChanged" };
    }
    return undefined;
  }

  async #unreadable(job: UploadJob, file: UploadFile): Promise<void> {
    const opened = await file.source.open();
    if (!job.isCurrent(file)) return;
    if (!opened.ok) this.#fail(job, file, opened.error);
    else if (file.storedBytes > 0 || file.isReopened) this.#fail(job, file, { type: "SourceChanged" });
    else this.#host.onReopened(job, file, opened.value);
  }

  #fail(job: UploadJob, file: UploadFile, error: EngineError): void {
    const { key, folder, name, source, state } = file;
    job.fail({ key, folder, name, source, sizeBytes: state.sizeBytes }, error);
    this.#host.onChange(job);
  }

  #hold(batch: Batch, error: EngineError): void {
    for (const part of batch.parts) {
      if (!this.#giveBack(part)) continue;
      part.job.heldBy = error;
      this.#host.onChange(part.job);
    }
  }

  /** False where nobody waits for it any more. */
  #giveBack({ job, file, piece }: Part): boolean {
    if (!job.isCurrent(file)) return false;
    file.giveBack(piece);
    this.#enqueue({ job, file });
    return true;
  }

  #enqueue(item: QueuedFile): void {
    if (this.#queued.has(item.file)) return;
    this.#queued.add(item.file);
    this.#queue.push(item, item.file.state.sizeBytes);
  }
}

function rowOf(file: UploadFile, { block }: { readonly block: StoredPieceRow["block"] }): StoredPieceRow {
  return { file: unwrap(fromHex(file.key)), ...file.state, block };
}
