import type { EventHub } from "../ports.ts";
import { CommittedHeads } from "./committed-heads.ts";
import { Group, type GroupParts } from "./group.ts";
import type { InstanceMemory } from "./instance-memory.ts";

/**
 * One change that wants to be made. `decide` works on the group's drafts and MUST do all its waiting before its
 * first change; the function it gives makes the answer once everything is durable.
 */
export interface Job<T> {
  /** Roughly what it adds to the transaction. */
  readonly sizeBytes: number;
  readonly decide: (group: Group) => Promise<(committed: CommittedHeads) => T | Promise<T>>;
}

/** Too many callers are waiting. */
export class WriterBusy extends Error {
  constructor() {
    super("too many records are waiting");
    this.name = "WriterBusy";
  }
}

/** The instance's memory is newer than its database: nothing may be appended or signed. */
export class RecoveryNeeded extends Error {
  constructor() {
    super("recovery needed: the database is older than what this instance has signed");
    this.name = "RecoveryNeeded";
  }
}

/** Where the writer stands with a group; told to the composition root for metrics and for tests that stop it there. */
export type WriterStep = "decided" | "committed" | "remembered";

export interface WriterParts extends GroupParts {
  readonly memory: InstanceMemory;
  readonly events: EventHub;
  readonly onStep: (step: WriterStep, jobs: number) => void;
}

const MAX_WAITING_JOBS = 2000;
const MAX_GROUP_JOBS = 256;
const MAX_GROUP_BYTES = 48 * 1024 * 1024;

interface Waiting {
  readonly sizeBytes: number;
  readonly decide: (group: Group) => Promise<(committed: CommittedHeads) => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * The only place where logs grow. Waiting jobs are taken together: decided in order, committed in one transaction,
 * remembered by the instance, then answered; only then do signatures leave.
 */
export class LogWriter {
  readonly #parts: WriterParts;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** The database may know more or less than memory does: read it again before the next group. */
  #mustResync = true;
  #commitNumber = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Rejects with `WriterBusy`, `RecoveryNeeded` or `StoreError`; after the last it is unknown whether it was done. */
  submit<T>(job: Job<T>): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING_JOBS) return Promise.reject(new WriterBusy());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        sizeBytes: job.sizeBytes,
        fail: reject,
        decide: async (group) => {
          const answer = await job.decide(group);
          return (committed) => {
            Promise.resolve()
              .then(() => answer(committed))
              .then(resolve, reject);
          };
        },
      });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything that waits now is done. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Reads the database's state. Throws `StoreError`. */
  async resync(): Promise<void> {
    const { store, memory, epochs, cache } = this.#parts;
    this.#mustResync = true;
    this.#commitNumber = await store.commitNumber();
    await epochs.reload();
    cache.clear();
    if (memory.commitNumber() > this.#commitNumber) memory.requireRecovery();
    else if (memory.commitNumber() < this.#commitNumber) await memory.remember(this.#commitNumber, []);
    this.#mustResync = false;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const jobs = this.#takeGroup();
      try {
        await this.#process(jobs);
      } catch (error) {
        this.#mustResync = true;
        for (const job of jobs) job.fail(error);
      }
    }
    this.#running = undefined;
  }

  #takeGroup(): Waiting[] {
    let sizeBytes = 0;
    let count = 0;
    for (const job of this.#waiting) {
      sizeBytes += job.sizeBytes;
      if (count > 0 && (count >= MAX_GROUP_JOBS || sizeBytes > MAX_GROUP_BYTES)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #process(jobs: readonly Waiting[]): Promise<void> {
    const { memory, cache, signer, events, onStep } = this.#parts;
    if (this.#mustResync) await this.resync();
    const group = new Group(this.#parts);
    try {
      const answers = [];
      for (const job of jobs) {
        if (memory.needsRecovery()) throw new RecoveryNeeded();
        answers.push(await job.decide(group));
      }
      // A log that was loaded for the last job may have shown it.
      if (memory.needsRecovery()) throw new RecoveryNeeded();
      onStep("decided", jobs.length);
      if (!group.isEmpty) await this.#commit(group);
      const committed = new CommittedHeads(signer, group.drafts);
      for (const answer of answers) answer(committed);
      for (const { live } of group.announced) {
        const { organization, id } = live.identity;
        events.publish({ organization, log: id, size: live.tail.size });
      }
    } catch (error) {
      for (const draft of group.drafts) draft.discard();
      throw error;
    } finally {
      cache.unpinAll();
    }
    await cache.trim();
  }

  async #commit(group: Group): Promise<void> {
    const { store, memory, cache, epochs, onStep } = this.#parts;
    const commitNumber = this.#commitNumber + 1;
    const batch = group.batch(commitNumber);
    await store.commit(batch);
    onStep("committed", batch.logs.length);
    await memory.remember(
      commitNumber,
      batch.logs.map(({ row }) => ({ log: row.id, size: row.tail.size, root: row.tail.root })),
    );
    onStep("remembered", batch.logs.length);
    this.#commitNumber = commitNumber;
    epochs.raiseTo(group.epoch);
    for (const draft of group.drafts) {
      draft.keep();
      cache.noteGrowth(draft.rows().leaves.length);
      if (group.isCreated(draft)) cache.add(draft.live);
    }
  }
}
