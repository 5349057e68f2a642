import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  array,
  bytesUpTo,
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
  createTable,
  putRow,
  removeRow,
  type SealedChange,
  type SealedRows,
} from "../storage/sealed-rows.ts";

/**
 * What a person wanted, kept until the log has it. No record is signed for it before it is sent, so it can wait
 * for days and be applied to whatever the folders are then.
 */
const changes = {
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
} as const;

const placeSchema = struct({ folder: [1, idSchema], name: [2, text(255)] });
const nothing = struct({});

const seenSchema = struct({ manifest: [1, idSchema], version: [2, uint] });

const changeSchema = variant({
  ...changes,
  /** Behind the removal of a folder with more below it than a record can guard: what this device had seen of that. */
  confirm: [
    4,
    struct({
      folder: [1, idSchema],
      before: [2, folderChildSchema],
      seen: [3, array(seenSchema, 1_000_000)],
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

export const MAX_CHANGES_PER_INTENT = 10_000;
export const MAX_CONTENTS_PER_INTENT = 200;
/** Of the contents of one intent. */
export const MAX_INTENT_BYTES = 32 * 1024 * 1024;
const common = {
  order: [1, uint],
  createdAt: [2, timeMs],
  contents: [4, array(contentSchema, MAX_CONTENTS_PER_INTENT)],
  subjects: [5, array(text(255), 8)],
} as const;

const intentSchema = struct({
  v: [0, literal(2)],
  ...common,
  changes: [3, array(changeSchema, MAX_CHANGES_PER_INTENT)],
});
export type Intent = Infer<typeof intentSchema>;
export type NewIntent = Pick<Intent, "createdAt" | "changes" | "contents" | "subjects">;

/** Why an intent cannot be carried out as it is. */
const obstacleSchema = variant({
  folderInTrash: [1, placeSchema],
  folderFull: [2, placeSchema],
  tooDeep: [3, placeSchema],
  notAllowed: [4, nothing],
  tooLarge: [5, uint],
  refused: [6, text(100)],
  unreadable: [7, nothing],
  requestTooLarge: [8, uint],
});
export type Obstacle = Infer<typeof obstacleSchema>;

const heldIntentSchema = struct({
  v: [0, literal(1)],
  intent: [1, intentSchema],
  obstacle: [2, obstacleSchema],
  heldAt: [3, timeMs],
});
export type HeldIntent = Infer<typeof heldIntentSchema>;

/** As it was stored before an intent could be cut in two: orders followed each other without room in between. */
const uncutSchema = struct({
  v: [0, literal(1)],
  ...common,
  changes: [3, array(variant(changes), MAX_CHANGES_PER_INTENT)],
});

const MAX_ROW_BYTES = 64 * 1024 * 1024;
/** [log, order] */
const INTENTS = createTable("edit", intentSchema, MAX_ROW_BYTES);
/** [log, order]: out of the queue, kept until somebody or something makes them possible. */
const HELD = createTable("held-edit", heldIntentSchema, MAX_ROW_BYTES);
/** [log, order]: as an earlier version of this app left them. */
const UNCUT = createTable("intent", uncutSchema, MAX_ROW_BYTES);
/** [log]: how many intents there ever were. */
const NEXT_ORDERS = createTable("intent-order", uint, 16);

/** Room for the parts of an intent that is cut, in front of the next one. */
const ORDER_STEP = 2 ** 20;

export function removeIntent(log: Bytes, order: number): readonly SealedChange[] {
  return [removeRow(INTENTS, [log, order]), removeRow(UNCUT, [log, order])];
}

/** Whether one of them is a part of the other, or they are the same. */
export function isPartOf(order: number, whole: number): boolean {
  return Math.floor(order / ORDER_STEP) === Math.floor(whole / ORDER_STEP);
}

export interface IntentQueue {
  /** Oldest first. */
  readonly list: (log: Bytes) => Promise<readonly Intent[]>;
  /** All or none. The caller holds the queue's lock. */
  readonly add: (log: Bytes, intents: readonly NewIntent[]) => Promise<readonly Intent[]>;
  readonly remove: (log: Bytes, orders: readonly number[]) => Promise<void>;
  /** Puts parts of an intent, or what takes its place, where it was. The caller holds the log's lock. */
  readonly replace: (log: Bytes, intent: Intent, parts: readonly NewIntent[]) => Promise<void>;
  /** Takes a part out of an intent, which goes on with the rest, if there is any. The caller holds the log's lock. */
  readonly hold: (
    log: Bytes,
    part: Intent,
    rest: Intent,
    why: Pick<HeldIntent, "obstacle" | "heldAt">,
  ) => Promise<void>;
  readonly held: (log: Bytes) => Promise<readonly HeldIntent[]>;
  /** A held one is given up, or others are added in its place. The caller holds the queue's lock. */
  readonly release: (log: Bytes, orders: readonly number[], instead?: readonly NewIntent[]) => Promise<void>;
  /** Makes room between what an earlier version left. The caller holds the log's lock, nothing of it is under way. */
  readonly renew: (log: Bytes) => Promise<void>;
}

export function createIntentQueue(rows: SealedRows): IntentQueue {
  const adding = async (log: Bytes, wanted: readonly NewIntent[]) => {
    const next = (await rows.get(NEXT_ORDERS, log)) ?? 0;
    const intents = wanted.map((intent, index): Intent => intentAt((next + index) * ORDER_STEP, intent));
    const changed = [
      putRow(NEXT_ORDERS, [log], next + wanted.length),
      ...intents.map((intent) => putRow(INTENTS, [log, intent.order], intent)),
    ];
    return { intents, changed };
  };
  const replacing = async (log: Bytes, { order }: Intent, parts: readonly NewIntent[]) => {
    const behind = (await rows.list(INTENTS, log)).filter(
      (other) => other.order > order && isPartOf(other.order, order),
    );
    if (parts.length === 0) return removeIntent(log, order);
    const all = parts.length === 1 ? parts : [...parts, ...behind];
    const overtaken = parts.length === 1 ? [] : behind.filter((other) => other.order >= order + all.length);
    return [
      ...all.map((part, index) => putRow(INTENTS, [log, order + index], intentAt(order + index, part))),
      ...overtaken.map((other) => removeRow(INTENTS, [log, other.order])),
    ];
  };
  return {
    list: async (log) => {
      const uncut = await rows.list(UNCUT, log);
      return [...uncut.map((intent): Intent => ({ ...intent, v: 2 })), ...(await rows.list(INTENTS, log))];
    },
    add: async (log, wanted) => {
      const { intents, changed } = await adding(log, wanted);
      await rows.write(changed);
      return intents;
    },
    remove: (log, orders) => rows.write(orders.flatMap((order) => removeIntent(log, order))),
    replace: async (log, intent, parts) => rows.write(await replacing(log, intent, parts)),
    hold: async (log, part, rest, why) => {
      let { order } = part;
      while ((await rows.get(HELD, log, order)) !== undefined) order++;
      await rows.write([
        putRow(HELD, [log, order], { v: 1, intent: { ...part, order }, ...why }),
        ...(await replacing(log, part, rest.changes.length > 0 ? [rest] : [])),
      ]);
    },
    held: (log) => rows.list(HELD, log),
    release: async (log, orders, instead = []) => {
      const { changed } = await adding(log, instead);
      await rows.write([...changed, ...orders.map((order) => removeRow(HELD, [log, order]))]);
    },
    renew: async (log) => {
      const uncut = await rows.list(UNCUT, log);
      if (uncut.length === 0) return;
      await rows.write(
        uncut.flatMap(({ order, ...intent }) => [
          removeRow(UNCUT, [log, order]),
          putRow(INTENTS, [log, order * ORDER_STEP], intentAt(order * ORDER_STEP, intent)),
        ]),
      );
    },
  };
}

function intentAt(order: number, { createdAt, changes: all, contents, subjects }: NewIntent): Intent {
  return { v: 2, order, createdAt, changes: all, contents, subjects };
}
