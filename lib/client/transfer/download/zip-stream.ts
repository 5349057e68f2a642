import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
import type { ContentEvent, SavedEntry } from "./content-stream.ts";
import { crc32 } from "./crc32.ts";
import { archiveEnd, dataDescriptor, localHeader, type WrittenEntry, type ZipEntry } from "./zip-format.ts";

/**
 * One archive of everything in the stream, piece by piece. Of what it has given out it keeps one small entry a file,
 * for the directory at the end.
 */
export async function* zipContent(events: AsyncIterable<ContentEvent>): AsyncGenerator<Bytes> {
  const written: WrittenEntry[] = [];
  let offset = 0;
  let running: RunningEntry | undefined;
  const sized = (piece: Bytes): Bytes => {
    offset += piece.length;
    return piece;
  };
  const end = ({ entry, start, crc }: RunningEntry): Bytes => {
    written.push({ ...entry, offset: start, crc });
    return entry.sizeBytes === null ? EMPTY_BYTES : dataDescriptor(entry, crc);
  };

  for await (const event of events) {
    if (event.kind === "content") {
      if (running === undefined) throw new Error("content that belongs to no entry");
      running.crc = crc32(event.bytes, running.crc);
      yield sized(event.bytes);
      continue;
    }
    if (running) yield sized(end(running));
    const entry = zipEntryOf(event.entry);
    running = { entry, start: offset, crc: 0 };
    yield sized(localHeader(entry));
  }
  if (running) yield sized(end(running));
  yield* archiveEnd(written, offset);
}

interface RunningEntry {
  readonly entry: ZipEntry;
  /** Where its header stands. */
  readonly start: number;
  crc: number;
}

function zipEntryOf({ path, modifiedAt, manifest }: SavedEntry): ZipEntry {
  return manifest === null
    ? { path: `${path}/`, modifiedAt, sizeBytes: null }
    : { path, modifiedAt, sizeBytes: manifest.sizeBytes };
}
