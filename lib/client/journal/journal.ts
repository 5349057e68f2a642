import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { SeenChange, SeenEntry } from "#protocol/log/seen-entry.ts";
import { putRow, removeRow, type SealedChange, type SealedRows } from "../storage/sealed-rows.ts";
import { removeIntent } from "./intent.ts";
import {
  CLOSED_OPERATIONS,
  EPOCHS,
  type EpochRow,
  HEADS,
  type HeadRow,
  LAST_VERIFIED,
  LEDGER,
  type LedgerRow,
  LOGS,
  type LogRow,
  OPEN_OPERATIONS,
  type OperationRow,
  type OperationState,
  PREPARED_OPERATIONS,
  SEEN,
  type Suspicion,
  TRUST_GAPS,
  type TrustGapRow,
} from "./tables.ts";

/**
 * What this device itself did and saw: its word against the server's. Lives in a database of its own with strict
 * durability. Everything about one log MUST be changed by the holder of that log's lock only.
 */
export interface Journal {
  /** True where this device never did anything in any log. */
  readonly isEmpty: () => Promise<boolean>;
  readonly log: (log: Bytes) => Promise<LogRow>;
  /** Adds a new operation as `prepared`; durable before it may be sent. */
  readonly prepare: (log: Bytes, operation: NewOperation) => Promise<OperationRow>;
  /** An operation's next state together with what else becomes known by it. */
  readonly settle: (log: Bytes, operation: OperationRow, learnt?: Learnt) => Promise<void>;
  /** A head, verified and consistent with the one before. */
  readonly learn: (log: Bytes, learnt: Learnt) => Promise<void>;
  /**
   * What a checked seal settles, all or nothing together with the rows that say so (`beside`): its operations, oldest
   * first, are verified, its entries seen, and its head is accepted where it is longer than the one before.
   */
  readonly cover: (log: Bytes, seal: Covering, beside: readonly SealedChange[]) => Promise<void>;
  /** Those without an answer. */
  readonly preparedOperations: (log: Bytes) => Promise<readonly OperationRow[]>;
  /** All of which something is still expected, in the order in which they were made. */
  readonly openOperations: (log: Bytes) => Promise<readonly OperationRow[]>;
  /** Refused or abandoned: the server said that it did not take them. */
  readonly givenUpOperations: (log: Bytes) => Promise<readonly OperationRow[]>;
  readonly operationsInEpoch: (log: Bytes, epoch: number) => Promise<readonly OperationRow[]>;
  readonly lastVerified: (log: Bytes) => Promise<OperationRow | undefined>;
  /** Distinct heads that were accepted and that no checked seal has made superfluous, smallest first. */
  readonly heads: (log: Bytes) => Promise<readonly HeadRow[]>;
  /** What this device has seen at these keys of the log's map, in the order asked for. */
  readonly seen: (log: Bytes, keys: readonly Bytes[]) => Promise<readonly (SeenEntry | undefined)[]>;
  readonly suspect: (log: Bytes, suspicion: Suspicion | null) => Promise<void>;

  readonly epoch: (epoch: number) => Promise<EpochRow | undefined>;
  readonly putEpochs: (epochs: readonly EpochRow[]) => Promise<void>;
  readonly ledger: () => Promise<LedgerRow | undefined>;
  /** With the gap, if there is one, that lies between this trust and the one before. */
  readonly putLedger: (ledger: LedgerRow, gap?: TrustGapRow) => Promise<void>;
  readonly trustGaps: () => Promise<readonly TrustGapRow[]>;
}

type NewOperation = Pick<
  OperationRow,
  "record" | "signature" | "preparedAt" | "opening" | "subjects" | "intents"
>;

interface Covering {
  readonly head: HeadRow;
  readonly operations: readonly OperationRow[];
  /** Heads that need not be kept beside this one. */
  readonly covered: readonly HeadRow[];
  readonly seen: readonly SeenChange[];
}

interface Learnt {
  readonly head?: HeadRow;
  readonly own?: LogRow["own"];
  /** Set when `own` is somebody's who wrote with this device's key and another journal. */
  readonly isIncomplete?: boolean;
  /** The operation was applied, so the intents behind it are done. */
  readonly isApplied?: boolean;
  /** Entries of the log's map that agree with all that were seen before. */
  readonly seen?: readonly SeenChange[];
  readonly authority?: LogRow["authority"];
}

export function createJournal(rows: SealedRows): Journal {
  const readLog = async (log: Bytes): Promise<LogRow> => (await rows.get(LOGS, log)) ?? UNKNOWN_LOG;

  const learning = async (log: Bytes, learnt: Learnt): Promise<readonly SealedChange[]> => {
    const row = await readLog(log);
    const { head, own = row.own, isIncomplete = false, seen = [], authority = row.authority } = learnt;
    const isNewest = head !== undefined && head.size > (row.head?.size ?? 0);
    return [
      putRow(LOGS, [log], {
        ...row,
        head: isNewest ? head : row.head,
        own,
        isComplete: row.isComplete && !isIncomplete,
        authority: authority.size > row.authority.size ? authority : row.authority,
      }),
      ...(head ? [putRow(HEADS, [log, head.size, head.root], head)] : []),
      ...seen.map((change) => putRow(SEEN, [log, change.key], { v: 1, ...change.seen })),
    ];
  };

  return {
    log: readLog,
    prepare: async (log, operation) => {
      const row = await readLog(log);
      const prepared: OperationRow = {
        v: 1,
        ...operation,
        order: row.nextOrder,
        state: "prepared",
        results: null,
        receipt: null,
        epoch: null,
      };
      await rows.write([
        putRow(LOGS, [log], { ...row, nextOrder: row.nextOrder + 1 }),
        putRow(PREPARED_OPERATIONS, [log, prepared.order], prepared),
      ]);
      return prepared;
    },
    settle: async (log, operation, learnt) => {
      const known = learnt ? await learning(log, learnt) : [];
      const done = learnt?.isApplied === true ? operation.intents : [];
      await rows.write([
        ...known,
        ...settling(log, operation),
        ...done.flatMap((order) => removeIntent(log, order)),
      ]);
    },
    cover: async (log, { head, operations, covered, seen }, beside) => {
      const isLonger = head.size > ((await readLog(log)).head?.size ?? 0);
      await rows.write([
        ...(await learning(log, { ...(isLonger && { head }), seen })),
        ...covered.map(({ size, root }) => removeRow(HEADS, [log, size, root])),
        ...operations.flatMap((operation) => settling(log, { ...operation, state: "verified" })),
        ...beside,
      ]);
    },
    learn: async (log, learnt) => rows.write(await learning(log, learnt)),
    isEmpty: async () => (await rows.list(LOGS)).length === 0,
    preparedOperations: (log) => rows.list(PREPARED_OPERATIONS, log),
    openOperations: async (log) => {
      const [answered, prepared] = await Promise.all([
        rows.list(OPEN_OPERATIONS, log),
        rows.list(PREPARED_OPERATIONS, log),
      ]);
      return [...answered, ...prepared].sort((a, b) => a.order - b.order);
    },
    givenUpOperations: async (log) => {
      const unsealed = await rows.list(CLOSED_OPERATIONS, log, 0);
      return unsealed.filter(({ state }) => state === "refused" || state === "abandoned");
    },
    operationsInEpoch: async (log, epoch) => {
      const open = await rows.list(OPEN_OPERATIONS, log);
      const closed = await rows.list(CLOSED_OPERATIONS, log, epoch + 1);
      return [...closed, ...open.filter((row) => row.epoch === epoch)];
    },
    lastVerified: (log) => rows.get(LAST_VERIFIED, log),
    heads: (log) => rows.list(HEADS, log),
    seen: (log, keys) =>
      rows.getMany(
        SEEN,
        keys.map((key) => [log, key]),
      ),
    suspect: async (log, suspicion) =>
      rows.write([putRow(LOGS, [log], { ...(await readLog(log)), suspicion })]),
    epoch: (epoch) => rows.get(EPOCHS, epoch),
    putEpochs: (epochs) => rows.write(epochs.map((row) => putRow(EPOCHS, [row.epoch], row))),
    ledger: () => rows.get(LEDGER),
    putLedger: (ledger, gap) =>
      rows.write([putRow(LEDGER, [], ledger), ...(gap ? [putRow(TRUST_GAPS, [gap.fromEpoch], gap)] : [])]),
    trustGaps: () => rows.list(TRUST_GAPS),
  };
}

function settling(log: Bytes, operation: OperationRow): readonly SealedChange[] {
  const { order, epoch, state } = operation;
  const isOpen = !isClosed(state);
  return [
    removeRow(PREPARED_OPERATIONS, [log, order]),
    isOpen ? putRow(OPEN_OPERATIONS, [log, order], operation) : removeRow(OPEN_OPERATIONS, [log, order]),
    // One that was given up may turn out to have been taken.
    ...(isOpen
      ? [removeRow(CLOSED_OPERATIONS, [log, 0, order])]
      : [putRow(CLOSED_OPERATIONS, [log, epoch === null ? 0 : epoch + 1, order], operation)]),
    ...(state === "verified" ? [putRow(LAST_VERIFIED, [log], operation)] : []),
  ];
}

/** Nothing more is expected of it. */
function isClosed(state: OperationState): boolean {
  switch (state) {
    case "prepared":
    case "receipted":
    case "sealed":
      return false;
    case "verified":
    case "refused":
    case "abandoned":
    case "contradicted":
      return true;
  }
}

const UNKNOWN_LOG: LogRow = {
  v: 1,
  head: null,
  own: null,
  isComplete: true,
  suspicion: null,
  nextOrder: 0,
  authority: { size: 0, count: 0 },
};
