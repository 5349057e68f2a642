import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
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

/** `keep` is told each key that is handed out, once: reading a row again gives the same bytes as before. */
export function createWorkspaceTable(
  rows: SealedRows,
  keep: (key: Bytes) => Bytes = (key) => key,
): WorkspaceTable {
  const kept = new Map<string, readonly Bytes[]>();
  const withKept = (row: WorkspaceRow): WorkspaceRow => {
    const known = kept.get(toHex(row.log)) ?? [];
    const keys = row.keys.map((key, index) => {
      const same = known[index];
      return same && equalBytes(same, key) ? same : keep(key);
    });
    kept.set(toHex(row.log), keys);
    return { ...row, keys };
  };
  return {
    get: async (log) => {
      const row = await rows.get(WORKSPACES, log);
      return row && withKept(row);
    },
    list: async () => (await rows.list(WORKSPACES)).map(withKept),
    put: (row) => rows.write([putRow(WORKSPACES, [row.log], withKept(row))]),
  };
}
