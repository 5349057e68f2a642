import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  boolean,
  bytesUpTo,
  codec,
  type Infer,
  literal,
  nullable,
  struct,
  text,
} from "#protocol/codec/schema.ts";
import { keysSchema } from "#protocol/identity/key-ring.ts";
import { hashSchema } from "#protocol/log/identifiers.ts";
import { roleSchema } from "#protocol/log/record.ts";
import { putRow, type RowTable, type SealedRows } from "../storage/sealed-rows.ts";

const workspaceRowSchema = struct({
  v: [0, literal(1)],
  log: [1, hashSchema],
  name: [2, text(255)],
  keys: [3, keysSchema],
  role: [4, roleSchema],
  isPersonal: [5, boolean],
  /** This device's own sealed ring until the server has answered the birth; null afterwards. */
  pendingRing: [6, nullable(bytesUpTo(64 * 1024))],
  /** Whether the user manifest has it, so that the user's other devices can find it. */
  isPublished: [7, boolean],
});
export type WorkspaceRow = Infer<typeof workspaceRowSchema>;

/** [log] */
const WORKSPACES: RowTable<WorkspaceRow> = {
  name: "workspace",
  codec: codec(workspaceRowSchema, 128 * 1024),
};

/** Workspaces whose keys this device holds; kept with the journal's durability, for a lost key loses files. */
export interface WorkspaceTable {
  readonly get: (log: Bytes) => Promise<WorkspaceRow | undefined>;
  readonly list: () => Promise<readonly WorkspaceRow[]>;
  readonly put: (row: WorkspaceRow) => Promise<void>;
}

export function createWorkspaceTable(rows: SealedRows): WorkspaceTable {
  return {
    get: (log) => rows.get(WORKSPACES, log),
    list: () => rows.list(WORKSPACES),
    put: (row) => rows.write([putRow(WORKSPACES, [row.log], row)]),
  };
}
