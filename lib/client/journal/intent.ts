import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  array,
  bytesUpTo,
  codec,
  type Infer,
  literal,
  nullable,
  struct,
  text,
  timeMs,
  uint,
  variant,
} from "#protocol/codec/schema.ts";
import { hashSchema, idSchema } from "#protocol/log/identifiers.ts";
import { folderChildSchema } from "#protocol/manifest/folder-manifest.ts";
import {
  putRow,
  type RowTable,
  removeRow,
  type SealedChange,
  type SealedRows,
} from "../storage/sealed-rows.ts";

/**
 * What a person wanted, kept until the log has it. No record is signed for it before it is sent, so it can wait
 * for days and be applied to whatever the folders are then.
 */
const changeSchema = variant({
  /** Adds a child (`before` null) or changes one. */
  put: [
    1,
    struct({
      folder: [1, idSchema],
      before: [2, nullable(folderChildSchema)],
      after: [3, folderChildSchema],
    }),
  ],
  remove: [2, struct({ folder: [1, idSchema], before: [2, folderChildSchema] })],
  move: [
    3,
    struct({
      from: [1, idSchema],
      to: [2, idSchema],
      before: [3, folderChildSchema],
      after: [4, folderChildSchema],
    }),
  ],
});
export type IntendedChange = Infer<typeof changeSchema>;

const contentSchema = struct({
  manifest: [1, idSchema],
  /** Version that this one replaces, 0 and zeros for a new file or folder. */
  baseVersion: [2, uint],
  baseRecord: [3, hashSchema],
  /** Encoded manifest, in clear here as the row itself is encrypted. */
  encoded: [4, bytesUpTo(16 * 1024 * 1024)],
});
export type IntendedContent = Infer<typeof contentSchema>;

export const MAX_CONTENTS_PER_INTENT = 200;

const intentSchema = struct({
  v: [0, literal(1)],
  order: [1, uint],
  createdAt: [2, timeMs],
  changes: [3, array(changeSchema, 10_000)],
  contents: [4, array(contentSchema, MAX_CONTENTS_PER_INTENT)],
  subjects: [5, array(text(255), 8)],
});
export type Intent = Infer<typeof intentSchema>;

/** [log, order] */
const INTENTS: RowTable<Intent> = { name: "intent", codec: codec(intentSchema, 64 * 1024 * 1024) };
/** [log] */
const NEXT_ORDERS: RowTable<number> = { name: "intent-order", codec: codec(uint, 16) };

export function removeIntent(log: Bytes, order: number): SealedChange {
  return removeRow(INTENTS, [log, order]);
}

export interface IntentQueue {
  /** Oldest first. */
  readonly list: (log: Bytes) => Promise<readonly Intent[]>;
  /** The caller holds the queue's lock. */
  readonly add: (log: Bytes, intent: Omit<Intent, "v" | "order">) => Promise<Intent>;
  readonly remove: (log: Bytes, orders: readonly number[]) => Promise<void>;
}

export function createIntentQueue(rows: SealedRows): IntentQueue {
  return {
    list: (log) => rows.list(INTENTS, log),
    add: async (log, wanted) => {
      const order = (await rows.get(NEXT_ORDERS, log)) ?? 0;
      const intent: Intent = { v: 1, order, ...wanted };
      await rows.write([putRow(NEXT_ORDERS, [log], order + 1), putRow(INTENTS, [log, order], intent)]);
      return intent;
    },
    remove: (log, orders) => rows.write(orders.map((order) => removeIntent(log, order))),
  };
}
