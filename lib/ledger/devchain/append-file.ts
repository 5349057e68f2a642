import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { type Bytes, concatBytes, encodeUint32, equalBytes } from "#protocol/bytes/bytes.ts";

/** What the file asks of the system when it grows; throws as the system does. */
export interface AppendIo {
  readonly write: (descriptor: number, bytes: Bytes, offset: number, length: number) => number;
  readonly sync: (descriptor: number) => void;
  readonly truncate: (descriptor: number, sizeBytes: number) => void;
}

const NODE_IO: AppendIo = { write: writeSync, sync: fsyncSync, truncate: ftruncateSync };

/**
 * A file of records that only grows: length u32 ‖ first 8 bytes of SHA-256(record) ‖ record. What `append` has
 * returned from is on the disk. A torn last record, left by a crash, is cut off when the file is opened; it was
 * never reported to anybody. A damaged record that others follow is refused, since it was.
 */
export class AppendFile {
  readonly #descriptor: number;
  readonly #io: AppendIo;
  /** A write that failed may have left bytes behind the last record. */
  #isTorn = false;
  /** Start of each record's frame, and the end of the last. */
  readonly #offsets: number[] = [0];

  private constructor(descriptor: number, io: AppendIo) {
    this.#descriptor = descriptor;
    this.#io = io;
  }

  static open(path: string, io: AppendIo = NODE_IO): AppendFile {
    const file = new AppendFile(openSync(path, "a+", 0o600), io);
    file.#recover();
    return file;
  }

  get length(): number {
    return this.#offsets.length - 1;
  }

  /** All of it or, where it throws, nothing: the next one begins where this one did. */
  append(record: Bytes): void {
    const frame = concatBytes(encodeUint32(record.length), checksum(record), record);
    const end = this.#end();
    if (this.#isTorn) this.#io.truncate(this.#descriptor, end);
    this.#isTorn = true;
    try {
      for (let written = 0; written < frame.length; ) {
        written += this.#io.write(this.#descriptor, frame, written, frame.length - written);
      }
      this.#io.sync(this.#descriptor);
    } catch (error) {
      this.#giveBack(end);
      throw error;
    }
    this.#isTorn = false;
    this.#offsets.push(end + frame.length);
  }

  read(index: number): Bytes {
    const begin = this.#offsets[index];
    const end = this.#offsets[index + 1];
    if (begin === undefined || end === undefined) throw new RangeError(`no record ${index}`);
    return this.#bytes(begin + FRAME_HEAD_BYTES, end);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #recover(): void {
    const sizeBytes = fstatSync(this.#descriptor).size;
    for (let begin = 0; begin < sizeBytes; begin = this.#end()) {
      const end = this.#frameEnd(begin, sizeBytes);
      if (end === undefined) {
        ftruncateSync(this.#descriptor, begin);
        fsyncSync(this.#descriptor);
        return;
      }
      this.#offsets.push(end);
    }
  }

  /** Undefined for a torn frame at the end of the file. */
  #frameEnd(begin: number, sizeBytes: number): number | undefined {
    if (begin + FRAME_HEAD_BYTES > sizeBytes) return undefined;
    const head = this.#bytes(begin, begin + FRAME_HEAD_BYTES);
    const end = begin + FRAME_HEAD_BYTES + new DataView(head.buffer).getUint32(0);
    if (end > sizeBytes) return undefined;
    if (equalBytes(checksum(this.#bytes(begin + FRAME_HEAD_BYTES, end)), head.subarray(4))) return end;
    if (end === sizeBytes) return undefined;
    throw new Error(`record ${this.length} is damaged, and others follow it`);
  }

  /** A full disk has little room: what was begun is in the way. Where this fails too, the next `append` does it. */
  #giveBack(end: number): void {
    try {
      this.#io.truncate(this.#descriptor, end);
    } catch {
      // The first error is the one to tell.
    }
  }

  #end(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  #bytes(begin: number, end: number): Bytes {
    const out = new Uint8Array(end - begin);
    for (let read = 0; read < out.length; ) {
      const count = readSync(this.#descriptor, out, read, out.length - read, begin + read);
      if (count === 0) throw new Error("the file ends inside a record");
      read += count;
    }
    return out;
  }
}

const FRAME_HEAD_BYTES = 12;

function checksum(record: Bytes): Bytes {
  return new Uint8Array(createHash("sha256").update(record).digest().subarray(0, 8));
}
