import { BLOCK_BYTES } from "#protocol/block/split.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { ID_BYTES } from "#protocol/log/identifiers.ts";
import { MAX_BLOCKS_PER_FILE } from "#protocol/manifest/file-manifest.ts";
import { cleanName } from "./clean-name.ts";
import { type SourceEntry, type SourcePath, walkSources } from "./file-source.ts";
import { stateOf, UploadFile } from "./upload-file.ts";
import type { UploadJob } from "./upload-job.ts";

/** Asking the browser for a file takes a trip to another process: several at once. */
const MAX_OPENING = 16;
const NO_KEY: Bytes = new Uint8Array(0);
const MAX_FILE_BYTES = MAX_BLOCKS_PER_FILE * BLOCK_BYTES;

export interface WalkHost {
  readonly suite: Pick<CryptoSuite, "blake2b">;
  readonly onFile: (job: UploadJob, file: UploadFile) => void;
  readonly onChange: (job: UploadJob) => void;
  /** Resolves when there is room for more files in memory. */
  readonly room: () => Promise<void>;
}

/** Finds the job's files, and begins each where an earlier run left it. */
export async function walkJob(host: WalkHost, job: UploadJob): Promise<void> {
  const opening = new Set<Promise<void>>();
  for await (const entry of walkSources(job.sources)) {
    await host.room();
    if (job.state !== "active") break;
    const found = take(host, job, entry).finally(() => opening.delete(found));
    opening.add(found);
    if (opening.size >= MAX_OPENING) await Promise.race(opening);
  }
  await Promise.all(opening);
  job.isWalked = true;
  host.onChange(job);
}

async function take(host: WalkHost, job: UploadJob, entry: SourceEntry): Promise<void> {
  const names = entry.path.map(cleanName);
  switch (entry.kind) {
    case "folder":
      job.newFolders.push(names);
      return;
    case "unreadable": {
      const key = keyOf(host, entry.path);
      if (job.failed.has(key)) return;
      // Where it has no name, that of the folder it is in tells most.
      const name = cleanName(entry.path.findLast((part) => part !== "") ?? "");
      // Counted like a file, so that every failure can be counted off again.
      job.foundFiles++;
      job.fail({ key, folder: names, name, sizeBytes: 0, source: null }, entry.error);
      host.onChange(job);
      return;
    }
    case "file": {
      const key = keyOf(host, entry.path);
      const place = { key, folder: names.slice(0, -1), name: names.at(-1) ?? "", source: entry.source };
      if (job.earlier.isGivenUp(key)) return;
      const opened = await entry.source.open();
      if (job.state !== "active") return;
      job.foundFiles++;
      if (!opened.ok) {
        job.fail({ ...place, sizeBytes: 0 }, opened.error);
        host.onChange(job);
        return;
      }
      addFile(host, job, place, opened.value);
    }
  }
}

/** Also for a file that is tried again, which was counted before. */
export function addFile(
  host: WalkHost,
  job: UploadJob,
  place: Pick<UploadFile, "key" | "folder" | "name" | "source">,
  opened: File,
  isReopened = false,
): void {
  const { key } = place;
  const state = stateOf(opened);
  job.foundBytes += state.sizeBytes;
  if (state.sizeBytes === 0) job.emptyFiles.add(key);
  if (job.earlier.isSettled(key)) {
    job.doneFiles++;
    job.doneBytes += state.sizeBytes;
    return;
  }
  if (state.sizeBytes > MAX_FILE_BYTES) {
    job.fail({ ...place, sizeBytes: state.sizeBytes }, { type: "TooLarge", maxBytes: MAX_FILE_BYTES });
    host.onChange(job);
    return;
  }
  const file = new UploadFile({
    ...place,
    file: opened,
    stored: job.earlier.storedBlocks(key, state),
    mayBeCommitted: job.earlier.mayBeCommitted(key),
    isReopened,
  });
  job.files.set(key, file);
  host.onFile(job, file);
}

/** Names a file of a job by its path exactly as the platform has it, valid Unicode or not. */
function keyOf(host: WalkHost, path: SourcePath): string {
  return toHex(host.suite.blake2b(encodeUtf8(JSON.stringify(path)), NO_KEY, ID_BYTES));
}
