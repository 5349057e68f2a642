import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { Clock, EpochLogs, EventHub } from "../ports.ts";
import type { Store } from "../store/store.ts";
import { type AppendAnswer, createAppendJob, type Submission } from "./append-job.ts";
import {
  type CreateOrganizationAnswer,
  createOrganizationJob,
  type NewOrganization,
} from "./create-organization-job.ts";
import { type CreateWorkspaceAnswer, createWorkspaceJob, type NewWorkspace } from "./create-workspace-job.ts";
import { createEarlySuite } from "./early-signatures.ts";
import { createEpochLogs } from "./epoch-logs.ts";
import { EpochState } from "./epoch-state.ts";
import type { InstanceMemory } from "./instance-memory.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import { LogCache } from "./log-cache.ts";
import { createLogReader, type LogReader } from "./log-reader.ts";
import { PastMaps } from "./past-maps.ts";
import { LogWriter, WriterBusy, type WriterStep } from "./writer.ts";

/** All logs of one deployment: the only owner of the store's logs while it runs. */
export interface LogEngine {
  readonly append: (submission: Submission) => Promise<AppendAnswer>;
  readonly createOrganization: (wanted: NewOrganization) => Promise<CreateOrganizationAnswer>;
  readonly createWorkspace: (wanted: NewWorkspace) => Promise<CreateWorkspaceAnswer>;
  readonly reader: LogReader;
  readonly epochLogs: EpochLogs;
  /** Resolves when everything that was submitted is answered or failed. */
  readonly idle: () => Promise<void>;
}

export interface LogEngineParts {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly memory: InstanceMemory;
  readonly signer: InstanceSigner;
  readonly events: EventHub;
  readonly clock: Clock;
  readonly onStep?: (step: WriterStep, jobs: number) => void;
  /** Leaves and entries kept in memory. */
  readonly maxCachedWeight?: number;
}

/** Reads the database's state first. Throws `StoreError`. */
export async function createLogEngine(input: LogEngineParts): Promise<LogEngine> {
  const { suite, store, memory, signer, events, clock, onStep = () => undefined } = input;
  const cache = new LogCache(suite, store, memory, input.maxCachedWeight);
  const epochs = new EpochState(store);
  const pastMaps = new PastMaps(suite, store);
  const writer = new LogWriter({ suite, store, cache, memory, signer, epochs, events, clock, onStep });
  const parts = { suite, store, signer, pastMaps, earlySuite: createEarlySuite(suite, cache) };
  const reader = createLogReader({ suite, store, cache, memory, signer, pastMaps });
  await writer.resync();
  return {
    append: async (submission) => {
      try {
        return await writer.submit(createAppendJob(parts, submission));
      } catch (error) {
        if (!(error instanceof WriterBusy)) throw error;
        const { log, signed } = submission;
        const head = await reader.head(log, 0);
        if (!head) return { type: "unknownLog" };
        const recordHash = recordHashOf(suite, signed.record, signed.signature);
        return {
          type: "refused",
          refusal: signer.signRefusal({ log, recordHash, status: "busy", note: head.note }),
        };
      }
    },
    createOrganization: (wanted) => writer.submit(createOrganizationJob(parts, wanted)),
    createWorkspace: (wanted) => writer.submit(createWorkspaceJob(parts, wanted)),
    reader,
    epochLogs: createEpochLogs({ suite, store, cache, writer, memory, signer, epochs }),
    idle: () => writer.idle(),
  };
}
