import { type CompiledQuery, type Kysely, sql } from "kysely";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { BulkInsert } from "./bulk-insert.ts";
import type { BlockReservationTable, Tables } from "./schema.ts";
import type { BlockChange, BlockName, Store } from "./store.ts";

type BlockQuestions = Pick<Store, "blockUsage" | "blockReservations">;

export function createBlockQuestions(database: Kysely<Tables>): BlockQuestions {
  return {
    blockUsage: (organization) =>
      database
        .selectFrom("block_usage")
        .select(["device", "size_bytes as sizeBytes"])
        .where("organization", "=", organization)
        .execute(),
    blockReservations: (organization) =>
      database
        .selectFrom("block_reservations")
        .select(["organization", "id", "device", "size_bytes as sizeBytes"])
        .where("organization", "=", organization)
        .execute(),
  };
}

/** The statements of one transaction. What is counted is read from the reservations, so none is counted twice. */
export function createBlockChangeCompiler(
  database: Kysely<Tables>,
): (change: BlockChange) => readonly CompiledQuery[] {
  const reservationRows = new BulkInsert((rows: readonly BlockReservationTable[]) =>
    database
      .insertInto("block_reservations")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["organization", "id"]).doNothing())
      .compile(),
  );
  const count = ({ organization, ids }: BlockNames): CompiledQuery =>
    database
      .insertInto("block_usage")
      .columns(["organization", "device", "size_bytes"])
      .expression((expression) =>
        expression
          .selectFrom("block_reservations")
          .select(["organization", "device", sql<number>`sum(size_bytes)`.as("size_bytes")])
          .where("organization", "=", organization)
          .where("id", "in", ids)
          .groupBy(["organization", "device"]),
      )
      .onConflict((conflict) =>
        conflict.columns(["organization", "device"]).doUpdateSet((expression) => ({
          size_bytes: expression("block_usage.size_bytes", "+", expression.ref("excluded.size_bytes")),
        })),
      )
      .compile();
  const remove = ({ organization, ids }: BlockNames): CompiledQuery =>
    database
      .deleteFrom("block_reservations")
      .where("organization", "=", organization)
      .where("id", "in", ids)
      .compile();
  return ({ stored, released, begun }) => [
    ...byOrganization(stored).map(count),
    ...byOrganization([...stored, ...released]).map(remove),
    ...reservationRows.queries(
      begun.map(({ organization, id, device, sizeBytes: size_bytes }) => ({
        organization,
        id,
        device,
        size_bytes,
      })),
    ),
  ];
}

interface BlockNames {
  readonly organization: Bytes;
  readonly ids: readonly Bytes[];
}

/** Ids per statement, far below both databases' limit on parameters. */
const IDS_PER_STATEMENT = 500;

function byOrganization(blocks: readonly BlockName[]): readonly BlockNames[] {
  const groups: { readonly organization: Bytes; readonly ids: Bytes[] }[] = [];
  const open = new Map<string, (typeof groups)[number]>();
  for (const { organization, id } of blocks) {
    const name = toHex(organization);
    let group = open.get(name);
    if (!group || group.ids.length === IDS_PER_STATEMENT) {
      group = { organization, ids: [] };
      open.set(name, group);
      groups.push(group);
    }
    group.ids.push(id);
  }
  return groups;
}
