import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  array,
  boolean,
  codec,
  type Infer,
  nullable,
  struct,
  text,
  timeMs,
  uint,
  variant,
} from "#protocol/codec/schema.ts";
import { hashSchema, idSchema, keySchema } from "#protocol/log/identifiers.ts";
import { MAX_BLOCKS_PER_REQUEST } from "#protocol/wire/blocks.ts";
import { putRow, type RowTable, removeRow, type SealedRows } from "../../storage/sealed-rows.ts";

/** Files of one commit: what one row of progress can name. */
export const MAX_FILES_PER_COMMIT = 2_000;

const jobSchema = struct({
  id: [1, idSchema],
  workspace: [2, text(64)],
  folder: [3, nullable(text(64))],
  name: [4, nullable(text(4096))],
  createdAt: [5, timeMs],
  /** False for files that the browser lets nobody open again after the page is gone. */
  hasHandles: [6, boolean],
  /** The first of the files that were chosen one by one, and how many they are: all that is left to name them by. */
  firstFile: [7, nullable(struct({ name: [1, text(4096)], of: [2, uint] }))],
});
export type JobRow = Infer<typeof jobSchema>;

const storedPieceSchema = struct({
  file: [1, idSchema],
  sizeBytes: [2, uint],
  modifiedAt: [3, timeMs],
  block: [4, struct({ id: [1, hashSchema], key: [2, keySchema], offset: [3, uint], sizeBytes: [4, uint] })],
});
export type StoredPieceRow = Infer<typeof storedPieceSchema>;

const keysSchema = array(idSchema, MAX_FILES_PER_COMMIT);
const progressSchema = struct({
  number: [1, uint],
  /** What happened, in order; a file is named by the key of its path. */
  step: [
    2,
    variant<{
      stored: readonly StoredPieceRow[];
      committing: readonly Bytes[];
      settled: readonly Bytes[];
      givenUp: readonly Bytes[];
    }>({
      stored: [1, array(storedPieceSchema, MAX_BLOCKS_PER_REQUEST)],
      committing: [2, keysSchema],
      /** Committed: nothing is left to do for them. */
      settled: [3, keysSchema],
      /** By the person: they are no part of the job any more. */
      givenUp: [4, keysSchema],
    }),
  ],
});
type ProgressRow = Infer<typeof progressSchema>;
export type ProgressStep = ProgressRow["step"];

const JOBS: RowTable<JobRow> = { name: "upload-job", codec: codec(jobSchema, 8 * 1024) };
const PROGRESS: RowTable<ProgressRow> = { name: "upload-progress", codec: codec(progressSchema, 256 * 1024) };

/** The queue at rest: jobs, and of each what is already done, so that a killed tab goes on where it was. */
export interface JobRows {
  readonly list: () => Promise<readonly JobRow[]>;
  readonly has: (id: Bytes) => Promise<boolean>;
  readonly add: (job: JobRow) => Promise<void>;
  readonly progress: (id: Bytes) => Promise<readonly ProgressStep[]>;
  readonly append: (id: Bytes, number: number, step: ProgressStep) => Promise<void>;
  /** The job with the first `steps` rows of its progress. */
  readonly remove: (id: Bytes, steps: number) => Promise<void>;
}

export function createJobRows(rows: SealedRows): JobRows {
  return {
    list: () => rows.list(JOBS),
    has: async (id) => (await rows.get(JOBS, id)) !== undefined,
    add: (job) => rows.write([putRow(JOBS, [job.id], job)]),
    progress: async (id) => (await rows.list(PROGRESS, id)).map(({ step }) => step),
    append: (id, number, step) => rows.write([putRow(PROGRESS, [id, number], { number, step })]),
    remove: (id, steps) =>
      rows.write([
        removeRow(JOBS, [id]),
        ...Array.from({ length: steps }, (_, number) => removeRow(PROGRESS, [id, number])),
      ]),
  };
}
