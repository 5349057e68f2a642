import { makeZip } from "client-zip";
import type { ContentEvent, SavedEntry } from "./content-stream.ts";

/** One archive of everything in the stream, uncompressed, zip64 where it needs to be. */
export function zipContent(events: AsyncGenerator<ContentEvent>): ReadableStream<Uint8Array> {
  return makeZip(zipEntries(events), { buffersAreUTF8: true });
}

type ZipEntry =
  | { readonly name: string; readonly lastModified: Date }
  | { readonly name: string; readonly lastModified: Date; readonly input: AsyncIterable<Uint8Array> };

async function* zipEntries(events: AsyncGenerator<ContentEvent>): AsyncGenerator<ZipEntry> {
  let next = await events.next();
  /** Content up to the next entry, which is left in `next`. The archive reads it to its end before it asks for more. */
  async function* content(): AsyncGenerator<Uint8Array> {
    for (next = await events.next(); next.done !== true && next.value.kind === "content"; ) {
      yield next.value.bytes;
      next = await events.next();
    }
  }
  while (next.done !== true) {
    if (next.value.kind !== "entry") throw new Error("content that belongs to no entry");
    const { entry } = next.value;
    if (entry.manifest === null) {
      yield { name: `${entry.path}/`, lastModified: dateOf(entry) };
      next = await events.next();
    } else {
      yield { name: entry.path, lastModified: dateOf(entry), input: content() };
    }
  }
}

const FIRST_DATE = Date.UTC(1980, 0, 2);
const LAST_DATE = Date.UTC(2107, 11, 30);

/** The format's dates begin in 1980 and end in 2107. */
function dateOf({ modifiedAt }: SavedEntry): Date {
  return new Date(Math.min(LAST_DATE, Math.max(FIRST_DATE, modifiedAt)));
}
