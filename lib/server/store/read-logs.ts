import { type Kysely, sql } from "kysely";
import type { LogTable, Tables } from "./schema.ts";
import type { EntryRow, LogRow, Store } from "./store.ts";

/** Keys per query: far below both databases' limit on parameters. */
const KEYS_PER_QUERY = 500;
/** Rows of leaves fetched at a time, so that a byte limit is noticed before a large range is in memory. */
const LEAVES_PER_QUERY = 64;

type LogQuestions = Pick<
  Store,
  | "log"
  | "leafHashes"
  | "leaves"
  | "leafByRecord"
  | "opening"
  | "mapEntries"
  | "mapEntriesOf"
  | "entryIndices"
  | "workspacesWith"
>;

export function createLogQuestions(database: Kysely<Tables>): LogQuestions {
  const newestIndex = (size: number) =>
    database
      .selectFrom("map_entries as newest")
      .select(({ fn }) => ["newest.log", "newest.key", fn.max("newest.idx").as("idx")])
      .where("newest.idx", "<", size)
      .groupBy(["newest.log", "newest.key"]);

  return {
    log: async (id) => {
      const row = await database.selectFrom("logs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toLogRow(row);
    },
    leafHashes: async (log, from, to) => {
      const rows = await database
        .selectFrom("leaves")
        .select("leaf_hash")
        .where("log", "=", log)
        .where("idx", ">=", from)
        .where("idx", "<", to)
        .orderBy("idx")
        .execute();
      return rows.map((row) => row.leaf_hash);
    },
    leaves: async (log, from, to, maxBytes) => {
      const leaves = [];
      let sizeBytes = 0;
      for (let next = from; next < to; ) {
        const rows = await database
          .selectFrom("leaves")
          .select("leaf")
          .where("log", "=", log)
          .where("idx", ">=", next)
          .where("idx", "<", Math.min(to, next + LEAVES_PER_QUERY))
          .orderBy("idx")
          .execute();
        if (rows.length === 0) break;
        for (const { leaf } of rows) {
          sizeBytes += leaf.length;
          if (sizeBytes > maxBytes && leaves.length > 0) return leaves;
          leaves.push(leaf);
        }
        next += rows.length;
      }
      return leaves;
    },
    leafByRecord: async (log, recordHash) => {
      const row = await database
        .selectFrom("leaves")
        .select(["idx", "leaf"])
        .where("log", "=", log)
        .where("record_hash", "=", recordHash)
        .executeTakeFirst();
      return row && { index: row.idx, leaf: row.leaf };
    },
    opening: async (log, index) => {
      const row = await database
        .selectFrom("openings")
        .select("opening")
        .where("log", "=", log)
        .where("idx", "=", index)
        .executeTakeFirst();
      return row?.opening;
    },
    mapEntries: async (log, size) => {
      const rows = await database
        .selectFrom("map_entries")
        .innerJoin(newestIndex(size).where("newest.log", "=", log).as("n"), (join) =>
          join.onRef("n.key", "=", "map_entries.key").onRef("n.idx", "=", "map_entries.idx"),
        )
        .select(["map_entries.key", "map_entries.idx", "map_entries.value"])
        .where("map_entries.log", "=", log)
        .execute();
      return rows.map(toEntryRow);
    },
    mapEntriesOf: async (log, size, keys) => {
      const found: EntryRow[] = [];
      for (let from = 0; from < keys.length; from += KEYS_PER_QUERY) {
        const asked = keys.slice(from, from + KEYS_PER_QUERY);
        const rows = await database
          .selectFrom("map_entries")
          .innerJoin(
            newestIndex(size).where("newest.log", "=", log).where("newest.key", "in", asked).as("n"),
            (join) => join.onRef("n.key", "=", "map_entries.key").onRef("n.idx", "=", "map_entries.idx"),
          )
          .select(["map_entries.key", "map_entries.idx", "map_entries.value"])
          .where("map_entries.log", "=", log)
          .execute();
        found.push(...rows.map(toEntryRow));
      }
      return found;
    },
    entryIndices: async (log, key, skip, limit) => {
      const rows = await database
        .selectFrom("map_entries")
        .select("idx")
        .where("log", "=", log)
        .where("key", "=", key)
        .orderBy("idx")
        .limit(limit)
        .offset(skip)
        .execute();
      return rows.map(({ idx }) => idx);
    },
    workspacesWith: async (organization, key) => {
      const rows = await database
        .selectFrom("logs")
        .innerJoin("map_entries", (join) =>
          join.onRef("map_entries.log", "=", "logs.id").on("map_entries.key", "=", key),
        )
        .select(["logs.id", "map_entries.value"])
        .where("logs.organization", "=", organization)
        .where("logs.kind", "=", "workspace")
        .where(
          "map_entries.idx",
          "=",
          sql<number>`(select max(m.idx) from map_entries m where m.log = logs.id and m.key = ${key})`,
        )
        .orderBy("logs.id")
        .execute();
      return rows.map(({ id, value }) => ({ log: id, value }));
    },
  };
}

function toEntryRow(row: {
  readonly key: EntryRow["key"];
  readonly idx: number;
  readonly value: EntryRow["value"];
}): EntryRow {
  return { key: row.key, index: row.idx, value: row.value };
}

function toLogRow(row: LogTable): LogRow {
  const { checkpoint_epoch: epoch, checkpoint_size: size, checkpoint_root: root } = row;
  return {
    id: row.id,
    kind: row.kind,
    organization: row.organization,
    tail: {
      size: row.size,
      root: row.root,
      lastTime: row.last_time,
      lastEpoch: row.last_epoch,
      isClosed: row.is_closed === 1,
      organizationSize: row.organization_size,
      checkpoint: epoch !== null && size !== null && root !== null ? { epoch, size, root } : null,
    },
  };
}
