import { err, ok, type Result } from "#protocol/result.ts";
import type { EventHub } from "../ports.ts";
import { CommittedHeads } from "./committed-heads.ts";
import { Group, type GroupBefore, type GroupParts } from "./group.ts";
import type { InstanceMemory } from "./instance-memory.ts";

/**
 * One change that wants to be made. `decide` works on the group's drafts and MUST do all its waiting before its
 * first change; the function it gives makes the answer once everything is durable. It is called again, for another
 * group, when the group before failed.
 */
export interface Job<T> {
  /** Roughly what it adds to the transaction. */
  readonly sizeBytes: number;
  /** Called once it was let in: work that can go on while it waits for its turn. MUST NOT throw. */
  readonly begin?: () => void;
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

/** Jobs that are decided together. */
interface Round {
  readonly group: Group;
  readonly jobs: Waiting[];
  readonly answers: ((committed: CommittedHeads) => void)[];
  sizeBytes: number;
}

/** A round on its way to disk. */
interface RoundAhead extends GroupBefore {
  readonly round: Round;
  /** Undefined until it has ended. */
  outcome: Result<null, unknown> | undefined;
}

/**
 * The only place where logs grow. Waiting jobs are taken together: decided in order, committed in one transaction,
 * remembered by the instance, then answered; only then do signatures leave. While one round is on its way to disk,
 * the jobs that come in are decided on top of it. They are committed after it or, if it fails, decided anew.
 */
export class LogWriter {
  readonly #parts: WriterParts;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Tells the running loop that a job has come in or that the round ahead has ended. */
  #wake: () => void = () => undefined;
  /** The database may know more or less than memory does: read it again before the next round. */
  #mustResync = true;
  #commitNumber = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Rejects with `WriterBusy`, `RecoveryNeeded` or `StoreError`; after the last it is unknown whether it was done. */
  submit<T>(job: Job<T>): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING_JOBS) return Promise.reject(new WriterBusy());
    job.begin?.();
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
      this.#wake();
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
    let ahead: RoundAhead | undefined;
    while (ahead || this.#waiting.length > 0) {
      if (this.#mustResync && !(await this.#resyncOrFail())) continue;
      const round: Round = { group: new Group(this.#parts, ahead), jobs: [], answers: [], sizeBytes: 0 };
      const decided = await this.#decide(round, ahead);
      // Whatever was ahead has ended now.
      if (ahead?.outcome?.ok === false) {
        // Nothing of the later round has left this process; of the one ahead nobody knows what the database kept.
        this.#throwAway(round);
        this.#waiting.unshift(...round.jobs);
        this.#throwAway(ahead.round);
        for (const job of ahead.round.jobs) job.fail(ahead.outcome.error);
        ahead = undefined;
      } else if (!decided.ok) {
        this.#throwAway(round);
        for (const job of round.jobs) job.fail(decided.error);
        ahead = undefined;
      } else {
        ahead = round.jobs.length > 0 ? this.#send(round) : undefined;
      }
    }
    this.#running = undefined;
  }

  async #resyncOrFail(): Promise<boolean> {
    try {
      await this.resync();
      return true;
    } catch (error) {
      for (const job of this.#waiting.splice(0)) job.fail(error);
      return false;
    }
  }

  /** Takes in what waits until nothing is ahead any more. An error is for all jobs of the round. */
  async #decide(round: Round, ahead: RoundAhead | undefined): Promise<Result<null, unknown>> {
    try {
      for (;;) {
        for (let job = this.#take(round); job; job = this.#take(round)) {
          this.#requireMemory();
          round.answers.push(await job.decide(round.group));
        }
        if (!ahead || ahead.outcome) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      // A log that was loaded for the last job may have shown it.
      this.#requireMemory();
      return ok(null);
    } catch (error) {
      await ahead?.ended.catch(() => undefined);
      return err(error);
    }
  }

  /** The next job, if there is one and the round has room for it. */
  #take(round: Round): Waiting | undefined {
    const [job] = this.#waiting;
    if (!job) return undefined;
    const sizeBytes = round.sizeBytes + job.sizeBytes;
    const isFull = round.jobs.length >= MAX_GROUP_JOBS || sizeBytes > MAX_GROUP_BYTES;
    if (isFull && round.jobs.length > 0) return undefined;
    round.sizeBytes = sizeBytes;
    round.jobs.push(job);
    return this.#waiting.shift();
  }

  #requireMemory(): void {
    if (this.#parts.memory.needsRecovery()) throw new RecoveryNeeded();
  }

  #send(round: Round): RoundAhead {
    const ahead: RoundAhead = {
      round,
      group: round.group,
      ended: this.#finish(round),
      outcome: undefined,
    };
    ahead.ended
      .then(
        () => (ahead.outcome = ok(null)),
        (error: unknown) => (ahead.outcome = err(error)),
      )
      .finally(() => this.#wake());
    return ahead;
  }

  /** Newer rounds first. */
  #throwAway({ group }: Round): void {
    this.#mustResync = true;
    group.discard();
    group.release();
  }

  async #finish({ group, jobs, answers }: Round): Promise<void> {
    const { cache, signer, events, onStep } = this.#parts;
    onStep("decided", jobs.length);
    if (!group.isEmpty) await this.#commit(group);
    const committed = new CommittedHeads(signer, group.drafts);
    for (const answer of answers) answer(committed);
    for (const { live } of group.announced) {
      const { organization, id } = live.identity;
      events.publish({ organization, log: id, size: live.tail.size });
    }
    group.release();
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
