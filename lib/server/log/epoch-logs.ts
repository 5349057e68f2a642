import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { epochRecordHash, parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import type { Checkpoint, EpochLogs, EpochSigningError, StoredEpochRecord } from "../ports.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { EpochState } from "./epoch-state.ts";
import type { InstanceMemory } from "./instance-memory.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import type { LogCache } from "./log-cache.ts";
import type { Job, LogWriter } from "./writer.ts";

/** Logs closed in one transaction, so that waiting records get their turn in between. */
const LOGS_PER_JOB = 64;

/** The sealer's hand in the logs. */
export function createEpochLogs(parts: {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly cache: LogCache;
  readonly writer: LogWriter;
  readonly memory: InstanceMemory;
  readonly signer: InstanceSigner;
  readonly epochs: EpochState;
}): EpochLogs {
  const { suite, store, cache, writer, memory, signer, epochs } = parts;

  const requireRecord = async (epoch: number): Promise<StoredEpochRecord> => {
    const stored = await store.epochRecord(epoch);
    if (!stored) throw new StoreError(`epoch ${epoch} has no record`);
    return stored;
  };

  return {
    openEpoch: epochs.openEpoch,
    hasUnsealedLeaves: async () => (await store.unclosedLogs(epochs.openEpoch())).length > 0,
    raiseEpoch: (closing) =>
      writer.submit({
        sizeBytes: 0,
        decide: async (group) => {
          if (closing.epoch < group.epoch) return () => undefined;
          // Nothing of an epoch before this one may still be open: its EPOCH leaf would come after later leaves.
          const settled = await group.settledStore();
          for (const log of await settled.unclosedLogs(closing.epoch - 1)) {
            const draft = await group.draft(log);
            if (draft) await group.closeEarlierEpoch(draft);
          }
          group.raiseEpoch(closing);
          return () => undefined;
        },
      }),
    closeLogs: async (epoch) => {
      for (;;) {
        const unclosed = await store.unclosedLogs(epoch);
        if (unclosed.length === 0) return store.checkpointsMadeIn(epoch);
        await writer.submit(createClosingJob(unclosed.slice(0, LOGS_PER_JOB)));
      }
    },
    slots: (epoch) => store.checkpointsUpTo(epoch),
    storeEpochRecord: async (record) => {
      const { epoch } = unwrap(parseEpochRecord(record));
      const recordHash = epochRecordHash(suite, record);
      await store.insertEpochRecord({ epoch, record, recordHash, transaction: null, anchoredHeight: null });
      return requireRecord(epoch);
    },
    epochRecord: (epoch) => store.epochRecord(epoch),
    newestEpochRecord: () => store.newestEpochRecord(),
    signEpochRecord: async (epoch): Promise<Result<Bytes, EpochSigningError>> => {
      const { record, recordHash } = await requireRecord(epoch);
      for (const slot of await store.checkpointsMadeIn(epoch)) {
        if (!(await isInMemory(cache, memory, slot)))
          return err({ type: "SlotContradictsMemory", log: slot.log });
      }
      if (memory.needsRecovery()) return err({ type: "RecoveryNeeded" });
      if (!(await memory.rememberEpochRecord(epoch, recordHash)))
        return err({ type: "EpochRecordContradicted" });
      return ok(signer.signEpochRecord(record));
    },
    storeEpochTransaction: async (epoch, transaction) => {
      await store.setEpochTransaction(epoch, transaction);
      const stored = await requireRecord(epoch);
      if (!stored.transaction) throw new StoreError(`epoch ${epoch} has no transaction`);
      return stored.transaction;
    },
    markAnchored: (epoch, height) => store.setAnchored(epoch, height),
  };
}

function createClosingJob(logs: readonly Bytes[]): Job<void> {
  return {
    sizeBytes: 0,
    decide: async (group) => {
      for (const log of logs) {
        const draft = await group.draft(log);
        if (draft) await group.closeEarlierEpoch(draft);
      }
      return () => undefined;
    },
  };
}

/** Loading a log compares it with the instance's memory; what is left is that the slot is a prefix of the log. */
async function isInMemory(cache: LogCache, memory: InstanceMemory, slot: Checkpoint): Promise<boolean> {
  const live = await cache.get(slot.log);
  const remembered = memory.headOf(slot.log);
  if (!live || !remembered || remembered.size < slot.size || live.tail.size < slot.size) return false;
  return equalBytes(live.tree.root(slot.size), slot.root);
}
