import type { EngineError, TransferItem, TransferNote, TransferSummary } from "../engine.ts";
import type { Download } from "./download/downloads.ts";
import type { UploadFile } from "./upload/upload-file.ts";
import type { FailedFile, UploadJob } from "./upload/upload-job.ts";

const MAX_ITEMS = 300;

export interface Transfers {
  readonly jobs: readonly UploadJob[];
  readonly downloads: readonly Download[];
  readonly isPaused: boolean;
  /** Why nothing gets through to the server; it is tried again by itself. */
  readonly waitsFor: EngineError | null;
  readonly bytesPerSecond: number;
}

/** All transfers as a person sees them: a chosen folder is one line, and each file of it that failed another. */
export function summarize(transfers: Transfers): TransferSummary {
  const { jobs, downloads } = transfers;
  const sum = (uploads: (job: UploadJob) => number, saved: (download: Download) => number): number =>
    jobs.reduce((total, job) => total + uploads(job), 0) +
    downloads.reduce((total, download) => total + saved(download), 0);
  const items = [
    ...downloads.map((download) => itemOfDownload(download, transfers)),
    ...jobs.flatMap((job) => itemsOfJob(job, transfers)),
  ];
  return {
    isPaused: transfers.isPaused,
    doneBytes: sum(
      (job) => job.storedBytes,
      ({ doneBytes }) => doneBytes,
    ),
    totalBytes: sum(
      (job) => (job.state === "cancelled" ? job.storedBytes : job.foundBytes),
      ({ foundBytes }) => foundBytes,
    ),
    // What is over, held or waiting has none, whatever arrived a moment ago.
    bytesPerSecond: items.some(({ state }) => state === "running") ? transfers.bytesPerSecond : 0,
    doneFiles: sum(
      (job) => job.doneFiles,
      (download) => (download.state === "done" ? download.foundFiles : 0),
    ),
    totalFiles: sum(
      (job) => (job.state === "cancelled" ? job.doneFiles : job.foundFiles),
      ({ foundFiles }) => foundFiles,
    ),
    newVersions: jobs.reduce((total, job) => total + job.newVersions, 0),
    stopsOnLeaving: sum(
      (job) => (endsWithPage(job) ? 1 : 0),
      ({ state }) => (state === "active" ? 1 : 0),
    ),
    items: items.sort((a, b) => ORDER[a.state] - ORDER[b.state]).slice(0, MAX_ITEMS),
  };
}

/** What already failed is not under way, and what another page began has lost its files already. */
function endsWithPage(job: UploadJob): boolean {
  const isUnderWay = job.state === "active" && (!job.isWalked || job.files.size > job.handedOver.size);
  return isUnderWay && !job.isResumable && !job.isOrphaned;
}

/** Where there are too many for the list, these are shown first. */
const ORDER: Readonly<Record<TransferItem["state"], number>> = {
  failed: 0,
  running: 1,
  paused: 2,
  queued: 3,
  cancelled: 4,
  done: 5,
};

type Shown = Pick<TransferItem, "state" | "error" | "isHandedOver">;

function itemsOfJob(job: UploadJob, transfers: Transfers): readonly TransferItem[] {
  const isFolder = job.name !== null || job.isOrphaned;
  // A folder that could not be read at all is the job itself, whose own line says so.
  const others = [...job.failed.values()].filter((file) => !isFolder || !isTopFolder(file));
  const failed = others.slice(0, MAX_ITEMS).map(
    (file): TransferItem => ({
      id: `${job.idHex}/${file.key}`,
      direction: "upload",
      name: file.name,
      doneBytes: 0,
      totalBytes: file.sizeBytes,
      state: "failed",
      error: file.error,
    }),
  );
  if (isFolder) return [itemOfFolder(job, transfers), ...failed];
  const finished = job.finished.slice(-MAX_ITEMS).map(
    ({ key, name, sizeBytes, state, saved }): TransferItem => ({
      id: `${job.idHex}/${key}`,
      direction: "upload",
      name,
      doneBytes: state === "done" ? sizeBytes : 0,
      totalBytes: sizeBytes,
      state,
      error: null,
      ...(saved && { saved }),
    }),
  );
  const files = [...job.files.values()].map((file) => itemOfFile(job, file, transfers));
  return [...failed, ...files, ...finished];
}

function isTopFolder({ folder, source }: FailedFile): boolean {
  return source === null && folder.length === 1;
}

function nameOf({ name, firstFile }: UploadJob): string {
  if (name !== null || firstFile === null) return name ?? "";
  return firstFile.of === 1 ? firstFile.name : `${firstFile.name} (+${firstFile.of - 1})`;
}

function itemOfFolder(job: UploadJob, transfers: Transfers): TransferItem {
  const isStuck = job.isWalked && job.files.size === 0 && job.failed.size > 0;
  const [firstFailed] = job.failed.values();
  const isRunning = [...job.files.values()].some((file) => file.isBegun && !job.handedOver.has(file));
  return {
    id: job.idHex,
    direction: "upload",
    name: nameOf(job),
    doneBytes: job.storedBytes,
    totalBytes: job.foundBytes,
    newVersions: job.newVersions,
    notes: notesOf(job),
    ...(isStuck && firstFailed && job.state === "active"
      ? failedWith(firstFailed.error)
      : job.isHandedOver
        ? waitingFor(job.unsentBecause)
        : shownOf(job, isRunning, transfers)),
  };
}

/** Said once everything was looked at: before it, more may come. */
function notesOf(job: UploadJob): readonly TransferNote[] {
  if (job.name === null || !job.isWalked) return [];
  const notes: TransferNote[] = [];
  if (job.emptyFiles.size > 0) notes.push({ type: "emptyFiles", count: job.emptyFiles.size });
  if (job.sources.every(({ kind }) => kind === "file")) notes.push({ type: "emptyFoldersUnknown" });
  notes.push({ type: "linksUnknown" });
  return notes;
}

function itemOfFile(job: UploadJob, file: UploadFile, transfers: Transfers): TransferItem {
  return {
    id: `${job.idHex}/${file.key}`,
    direction: "upload",
    name: file.name,
    doneBytes: file.storedBytes,
    totalBytes: file.state.sizeBytes,
    ...shownFile(job, file, transfers),
  };
}

function shownFile(job: UploadJob, file: UploadFile, transfers: Transfers): Shown {
  const handedOver = job.handedOver.get(file);
  return handedOver ? waitingFor(handedOver.because) : shownOf(job, file.isBegun, transfers);
}

function waitingFor(error: EngineError | null): Shown {
  return { state: "queued", error, isHandedOver: true };
}

function shownOf(job: UploadJob, isRunning: boolean, { isPaused, waitsFor }: Transfers): Shown {
  switch (job.state) {
    case "done":
      return { state: "done", error: null };
    case "cancelled":
      return { state: "cancelled", error: null };
    case "left":
      return { state: "queued", error: null };
    case "active":
      if (job.heldBy) return failedWith(job.heldBy);
      if (isPaused) return { state: "paused", error: null };
      if (waitsFor) return { state: "queued", error: waitsFor };
      if (job.waitsFor) return { state: "queued", error: job.waitsFor };
      return { state: isRunning ? "running" : "queued", error: null };
  }
}

function itemOfDownload(download: Download, { isPaused, waitsFor }: Transfers): TransferItem {
  const { id, name, doneBytes, foundBytes: totalBytes, state } = download;
  const shown: Shown =
    state !== "active"
      ? { state, error: download.error }
      : isPaused
        ? { state: "paused", error: null }
        : waitsFor
          ? { state: "queued", error: waitsFor }
          : { state: "running", error: null };
  return { id, direction: "download", name, doneBytes, totalBytes, ...shown };
}

function failedWith(error: EngineError): Shown {
  return { state: "failed", error };
}
