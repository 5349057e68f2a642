import { toHex } from "#protocol/bytes/text.ts";
import type { FileBlock, FileManifest } from "#protocol/manifest/file-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../../engine.ts";
import type { TransferHost } from "../../engine-parts.ts";
import type { TransferPorts } from "../ports.ts";
import type { RequestGate } from "../request-gate.ts";
import type { SpeedWindow } from "../speed.ts";
import { TransferFailure } from "../transfer-failure.ts";
import { type ContentEvent, type FetchBlocks, type SavedEntry, streamContent } from "./content-stream.ts";
import { findContent, type SavedChoice, type SavedContent } from "./find-content.ts";
import { ownChunks } from "./own-chunks.ts";
import { openSink, type SaveSink } from "./save-sink.ts";
import { zipContent } from "./zip-stream.ts";

export interface DownloadsHost {
  readonly engine: Pick<TransferHost, "randomBytes" | "files">;
  readonly ports: Pick<TransferPorts, "blocks" | "page">;
  readonly gate: RequestGate;
  readonly speed: SpeedWindow;
  readonly onChange: () => void;
  /** A transfer came to its end: told at once, for somebody may be waiting for it. */
  readonly onOver: () => void;
}

export interface Download {
  readonly id: string;
  readonly name: string;
  readonly choice: SavedChoice;
  state: "active" | "done" | "failed" | "cancelled";
  error: EngineError | null;
  foundFiles: number;
  foundBytes: number;
  /** Handed over to where it is saved. */
  doneBytes: number;
  readonly abort: AbortController;
}

const ID_BYTES = 16;

/** All downloads of this tab. */
export class Downloads {
  readonly #host: DownloadsHost;
  readonly #downloads = new Map<string, Download>();

  readonly #stopped = new AbortController();

  constructor(host: DownloadsHost) {
    this.#host = host;
  }

  get all(): readonly Download[] {
    return [...this.#downloads.values()];
  }

  /** Answers when the person has said where to save it; the rest is seen in the list of transfers. */
  async start(choice: SavedChoice): Promise<Result<null, EngineError>> {
    const { engine, ports } = this.#host;
    const found = await findContent(engine.files, choice);
    if (!found.ok) return found;
    const { name, sizeBytes } = found.value;
    const target = await ports.page.openTarget({ name, sizeBytes });
    if (target.kind === "cancelled") return err({ type: "Cancelled" });
    if (target.kind === "unavailable") return err({ type: "Unexpected", detail: target.detail });
    const download: Download = {
      id: toHex(engine.randomBytes(ID_BYTES)),
      name,
      choice,
      state: "active",
      error: null,
      foundFiles: 0,
      foundBytes: 0,
      doneBytes: 0,
      abort: new AbortController(),
    };
    this.#downloads.set(download.id, download);
    this.#host.onChange();
    void this.#run(download, found.value, () => openSink(target));
    return ok(null);
  }

  cancel(id: string): void {
    this.#downloads.get(id)?.abort.abort();
  }

  /** Where it is saved has to be asked for again. */
  async retry(id: string): Promise<void> {
    const failed = this.#downloads.get(id);
    if (failed === undefined || (failed.state !== "failed" && failed.state !== "cancelled")) return;
    const started = await this.start(failed.choice);
    if (started.ok) this.#downloads.delete(id);
    this.#host.onChange();
  }

  clearFinished(): void {
    for (const [id, { state }] of this.#downloads) {
      if (state === "done" || state === "cancelled") this.#downloads.delete(id);
    }
    this.#host.onChange();
  }

  stop(): void {
    this.#stopped.abort();
    for (const { abort } of this.#downloads.values()) abort.abort();
    this.#downloads.clear();
  }

  /** Verified plaintexts, asked for again as long as the server is away. Throws `TransferFailure`. */
  async fetch(
    blocks: readonly FileBlock[],
    signal: AbortSignal,
  ): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    if (blocks.length === 0) return [];
    for (;;) {
      if (!(await this.#host.gate.enter(signal))) throw new TransferFailure({ type: "Cancelled" });
      const answer = await this.#host.ports.blocks.receive(blocks);
      const isAway = !answer.ok && answer.error.type === "Unreachable";
      this.#host.gate.leave(isAway ? answer.error.error : null);
      throwIfAborted(signal);
      if (answer.ok) return answer.value;
      if (answer.error.type === "TooLarge") {
        throw new TransferFailure({ ...answer.error, type: "RequestTooLarge" });
      }
      if (answer.error.type === "Refused") throw new TransferFailure(answer.error.error);
    }
  }

  /** A whole file in memory. Throws `TransferFailure`. */
  async read(manifest: FileManifest): Promise<Uint8Array<ArrayBuffer>> {
    const entry: SavedEntry = { path: "", modifiedAt: 0, manifest };
    const whole = new Uint8Array(manifest.sizeBytes);
    let offset = 0;
    const fetchBlocks: FetchBlocks = (blocks) => this.fetch(blocks, this.#stopped.signal);
    for await (const event of streamContent(one(entry), fetchBlocks)) {
      if (event.kind !== "content") continue;
      whole.set(event.bytes, offset);
      offset += event.bytes.length;
    }
    return whole;
  }

  async #run(download: Download, content: SavedContent, open: () => Promise<SaveSink>): Promise<void> {
    let sink: SaveSink | undefined;
    try {
      sink = await open();
      for await (const chunk of this.#chunks(download, content)) {
        await raceAbort(sink.write(chunk), download.abort.signal);
      }
      throwIfAborted(download.abort.signal);
      await sink.close();
      download.state = "done";
    } catch (error) {
      await sink?.abort();
      download.error = errorOf(error);
      download.state = download.error.type === "Cancelled" ? "cancelled" : "failed";
    }
    this.#host.onOver();
  }

  #chunks(download: Download, content: SavedContent): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const saved = content.open((sizeBytes) => {
      download.foundFiles++;
      download.foundBytes += sizeBytes;
      this.#host.onChange();
    });
    const events = this.#counted(
      download,
      streamContent(saved, (blocks) => this.fetch(blocks, download.abort.signal)),
    );
    return ownChunks(content.sizeBytes !== null ? contentOf(events) : zipContent(events));
  }

  async *#counted(download: Download, events: AsyncGenerator<ContentEvent>): AsyncGenerator<ContentEvent> {
    for await (const event of events) {
      const sizeBytes = event.kind === "content" ? event.bytes.length : 0;
      yield event;
      download.doneBytes += sizeBytes;
      if (sizeBytes > 0) this.#host.speed.add(sizeBytes);
      this.#host.onChange();
    }
  }
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

async function* contentOf(events: AsyncGenerator<ContentEvent>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const event of events) if (event.kind === "content") yield event.bytes;
}

/** The work itself is not called back; nobody waits for it any more. */
async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new TransferFailure({ type: "Cancelled" }));
    signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TransferFailure({ type: "Cancelled" });
}

function errorOf(error: unknown): EngineError {
  return error instanceof TransferFailure ? error.error : { type: "Unexpected", detail: String(error) };
}
