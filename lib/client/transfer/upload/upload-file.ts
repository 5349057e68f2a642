import { type BlockRange, splitIntoBlocks } from "#protocol/block/split.ts";
import type { FileBlock, FileManifest } from "#protocol/manifest/file-manifest.ts";
import type { Piece } from "../ports.ts";
import type { FileSource } from "./file-source.ts";

const MAX_MIME_CHARACTERS = 100;
/** What Chromium reads from the disk at once. */
const READ_AT_ONCE_BYTES = 64 * 1024;

/** Where these differ the file is another one; where they do not it may be all the same. */
export interface FileState {
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

export function stateOf(file: File): FileState {
  return { sizeBytes: file.size, modifiedAt: Math.max(0, Math.trunc(file.lastModified)) };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return a.sizeBytes === b.sizeBytes && a.modifiedAt === b.modifiedAt;
}

export interface NewUploadFile {
  /** Names the file's path within its job. */
  readonly key: string;
  readonly folder: readonly string[];
  readonly name: string;
  readonly source: FileSource;
  readonly file: File;
  /** Blocks that the server acknowledged in an earlier run, when the file looked the same; the latest last. */
  readonly stored: readonly FileBlock[];
  /** A commit of it was begun in an earlier run, and how that ended is not known. */
  readonly mayBeCommitted: boolean;
  /** It changed once before anything of it was sent, and was opened anew. */
  readonly isReopened: boolean;
}

/** One file on its way: which of its blocks are waiting, on the way, and acknowledged. */
export class UploadFile {
  readonly key: string;
  readonly folder: readonly string[];
  readonly name: string;
  readonly source: FileSource;
  mayBeCommitted: boolean;
  readonly isReopened: boolean;
  readonly state: FileState;
  readonly ranges: readonly BlockRange[];
  storedBytes = 0;
  /** What is stored is known to be what the file was at one moment. */
  isConfirmed: boolean;
  #file: File;
  #differences = 0;
  readonly #stored: (FileBlock | undefined)[];
  readonly #waiting: number[];
  #storedCount = 0;

  constructor(start: NewUploadFile) {
    this.key = start.key;
    this.folder = start.folder;
    this.name = start.name;
    this.source = start.source;
    this.mayBeCommitted = start.mayBeCommitted;
    this.isReopened = start.isReopened;
    this.state = stateOf(start.file);
    this.#file = start.file;
    this.ranges = splitIntoBlocks(start.file.size);
    this.#stored = this.ranges.map(() => undefined);
    for (const block of [...start.stored].reverse()) this.acknowledge(block);
    this.isConfirmed = this.#storedCount === 0 && start.file.size <= READ_AT_ONCE_BYTES;
    // Taken from the end, so the first block is the last of the list.
    this.#waiting = this.ranges.flatMap((_, index) => (this.#stored[index] ? [] : [index])).reverse();
  }

  /** Blocks to be sent. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get isStored(): boolean {
    return this.#storedCount === this.ranges.length;
  }

  /** Some of it is on its way or has arrived. */
  get isBegun(): boolean {
    return this.#waiting.length < this.ranges.length || this.isStored;
  }

  get nextBytes(): number {
    return this.ranges[this.#waiting.at(-1) ?? -1]?.sizeBytes ?? 0;
  }

  /** The next block to send; it counts as on its way until it is acknowledged or given back. */
  take(): Piece | undefined {
    const range = this.ranges[this.#waiting.pop() ?? -1];
    return range && { file: this.#file, ...range };
  }

  giveBack(piece: Piece): void {
    const index = this.ranges.findIndex(({ offset }) => offset === piece.offset);
    if (index >= 0) this.#waiting.push(index);
  }

  /** Blocks that are not one of this file's ranges, or known already, change nothing. */
  acknowledge(block: FileBlock): void {
    const index = this.#indexAt(block.offset);
    const range = this.ranges[index];
    if (range?.offset !== block.offset || range.sizeBytes !== block.sizeBytes || this.#stored[index]) return;
    this.#stored[index] = block;
    this.#storedCount++;
    this.storedBytes += block.sizeBytes;
  }

  /** Acknowledged blocks, in order. */
  get storedBlocks(): readonly FileBlock[] {
    return this.#stored.flatMap((block) => block ?? []);
  }

  /**
   * The file as it was opened now differs from what is stored in these blocks, which are sent anew from it. Answers how
   * often that has happened.
   */
  replace(opened: File, changed: readonly FileBlock[]): number {
    this.#file = opened;
    for (const { offset, sizeBytes } of changed) {
      const index = this.#indexAt(offset);
      this.#stored[index] = undefined;
      this.#storedCount--;
      this.storedBytes -= sizeBytes;
      this.#waiting.push(index);
    }
    return ++this.#differences;
  }

  /** Only once all blocks are acknowledged. */
  manifest(): FileManifest {
    const blocks = this.storedBlocks;
    if (blocks.length !== this.ranges.length) throw new Error("a manifest was made of a file not yet stored");
    const { type } = this.#file;
    return {
      name: this.name,
      sizeBytes: this.state.sizeBytes,
      mimeHint: type === "" || type.length > MAX_MIME_CHARACTERS ? null : type,
      blocks,
    };
  }

  #indexAt(offset: number): number {
    return offset === 0 ? 0 : Math.round(offset / (this.ranges[0]?.sizeBytes ?? 1));
  }
}
