import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import {
  type Application,
  applyRecord,
  type LogIdentity,
  type RecordFault,
} from "#protocol/log/apply-record.ts";
import { parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import type { Result } from "#protocol/result.ts";
import type { Checkpoint, Clock, EpochClosing } from "../ports.ts";
import type { CommitBatch, Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { EpochState } from "./epoch-state.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import { LiveLog } from "./live-log.ts";
import type { LogCache } from "./log-cache.ts";
import { type DraftedLeaf, LogDraft } from "./log-draft.ts";

export interface GroupParts {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly cache: LogCache;
  readonly signer: InstanceSigner;
  readonly epochs: EpochState;
  readonly clock: Clock;
}

/** The group whose transaction is on its way. */
export interface GroupBefore {
  readonly group: Group;
  /** Resolves when everything of the group is durable; rejects when that is not so. */
  readonly ended: Promise<void>;
}

type Rows<K extends keyof CommitBatch> = CommitBatch[K] extends readonly (infer Row)[] ? Row[] : never;

/**
 * The work of one transaction: drafts of all logs that it touches, and what is stored beside them. Jobs run on it
 * one after the other and see what the earlier ones did, those of the group before included: that one may still be
 * on its way to disk, and if it fails this group is thrown away with it.
 */
export class Group {
  readonly suite: CryptoSuite;
  /** Answers without what the group before is about to store: ask the drafts first, or use `settledStore`. */
  readonly store: Store;
  readonly openings: Rows<"openings"> = [];
  readonly contents: Rows<"contents"> = [];
  readonly rings: Rows<"rings"> = [];
  readonly profiles: Rows<"profiles"> = [];
  readonly #parts: GroupParts;
  readonly #drafts = new Map<string, LogDraft>();
  readonly #created = new Set<string>();
  readonly #announced = new Set<LogDraft>();
  readonly #checkpoints: Checkpoint[] = [];
  readonly #closings: EpochClosing[] = [];
  readonly #pinned: Bytes[] = [];
  #before: GroupBefore | undefined;

  constructor(parts: GroupParts, before?: GroupBefore) {
    this.#parts = parts;
    this.suite = parts.suite;
    this.store = parts.store;
    this.#before = before;
    before?.ended.then(
      () => (this.#before = undefined),
      () => undefined,
    );
  }

  /** The open epoch, as raised by this group and the ones before. */
  get epoch(): number {
    const raised = this.#closings.at(-1);
    return raised ? raised.epoch + 1 : (this.#before?.group.epoch ?? this.#parts.epochs.openEpoch());
  }

  get drafts(): readonly LogDraft[] {
    return [...this.#drafts.values()];
  }

  get announced(): readonly LogDraft[] {
    return [...this.#announced];
  }

  get closings(): readonly EpochClosing[] {
    return this.#closings;
  }

  get isEmpty(): boolean {
    return this.#closings.length === 0 && this.drafts.every((draft) => !draft.isChanged);
  }

  /** Contents that the store may not have yet. To be taken before the store is asked, which may have them by then. */
  draftedContents(): readonly CommitBatch["contents"][number][] {
    return [...this.contents, ...(this.#before?.group.contents ?? [])];
  }

  /** The same of rings. */
  draftedRings(): readonly CommitBatch["rings"][number][] {
    return [...this.rings, ...(this.#before?.group.rings ?? [])];
  }

  /** The store once it has all that came before this group. Rejects as the group before does. */
  async settledStore(): Promise<Store> {
    await this.#before?.ended;
    return this.store;
  }

  /** Undefined where there is no such log. */
  async draft(id: Bytes): Promise<LogDraft | undefined> {
    const name = toHex(id);
    const known = this.#drafts.get(name);
    if (known) return known;
    this.#parts.cache.pin(id);
    this.#pinned.push(id);
    const base = this.#before?.group.drafted(name);
    const live = base?.live ?? (await this.#parts.cache.get(id));
    if (!live) return undefined;
    const draft = new LogDraft(this.suite, live, base);
    this.#drafts.set(name, draft);
    return draft;
  }

  /** What this group has made of a log (its id in hex), if it has looked at it. */
  drafted(name: string): LogDraft | undefined {
    return this.#drafts.get(name);
  }

  /** Leaves every log as the group before made it, which MUST NOT have been discarded yet. */
  discard(): void {
    for (const draft of this.#drafts.values()) draft.discard();
  }

  /** Its logs may be dropped from memory. */
  release(): void {
    for (const id of this.#pinned.splice(0)) this.#parts.cache.unpin(id);
  }

  async organizationOf(draft: LogDraft): Promise<LogDraft> {
    const { kind, organization } = draft.live.identity;
    const found = kind === "organization" ? draft : await this.draft(organization);
    if (!found) throw new StoreError(`organization ${toHex(organization)} of a stored workspace is missing`);
    return found;
  }

  /** A log that does not exist yet. */
  create(identity: LogIdentity): LogDraft {
    const draft = new LogDraft(this.suite, LiveLog.empty(this.suite, identity));
    this.#drafts.set(toHex(identity.id), draft);
    this.#created.add(toHex(identity.id));
    return draft;
  }

  /** Takes back a log that this group created, with everything in it. */
  abandon(draft: LogDraft): void {
    this.#drafts.delete(toHex(draft.live.identity.id));
    this.#created.delete(toHex(draft.live.identity.id));
  }

  isCreated(draft: LogDraft): boolean {
    return this.#created.has(toHex(draft.live.identity.id));
  }

  /** Others should hear that this log has grown. */
  announce(draft: LogDraft): void {
    this.#announced.add(draft);
  }

  /** Before anything of the open epoch: the EPOCH leaf that is still missing, the organization's first. */
  async closeEarlierEpoch(draft: LogDraft): Promise<void> {
    const organization = await this.organizationOf(draft);
    if (organization !== draft) await this.closeEarlierEpoch(organization);
    const { size, isClosed, lastEpoch } = draft.tail;
    if (size === 0 || isClosed || lastEpoch >= this.epoch) return;
    const closing =
      this.#closings.find(({ epoch }) => epoch === lastEpoch) ??
      (await (await this.settledStore()).epochClosing(lastEpoch));
    if (!closing) throw new StoreError(`epoch ${lastEpoch} was closed but its closing is missing`);
    const anchor =
      organization === draft ? null : await this.#organizationCheckpoint(organization, lastEpoch);
    this.#checkpoints.push(
      draft.appendEpochLeaf(closing, anchor ? [anchor.size, anchor.root] : [0, new Uint8Array(32)], {
        serverTime: this.#serverTime(draft),
        instance: this.#parts.signer.instanceId,
        organizationSize: anchor ? anchor.size : size,
      }),
    );
  }

  /** From the next job on leaves carry the next epoch. Every log MUST have been closed up to the epoch before. */
  raiseEpoch(closing: EpochClosing): void {
    if (closing.epoch !== this.epoch) throw new RangeError(`epoch ${closing.epoch} is not open`);
    this.#closings.push(closing);
  }

  /** What the record would do as the log's next leaf. `organizationSize` beyond the draft's: see `create-workspace`. */
  async apply(
    draft: LogDraft,
    signed: SignedRecord,
    {
      suite = this.suite,
      organizationSize,
    }: { readonly suite?: CryptoSuite; readonly organizationSize?: number } = {},
  ): Promise<Result<Application, RecordFault>> {
    const organization =
      draft.live.identity.kind === "organization" ? draft : await this.organizationOf(draft);
    const record = parseRecord(signed.record);
    const sealed = record.ok ? await this.#parts.epochs.sealedHash(record.value.sealedEpoch) : undefined;
    return applyRecord(
      suite,
      {
        log: draft.live.identity,
        size: draft.tail.size,
        entries: draft.entries,
        organization: organization.entries,
        rootAt: (size) => draft.root(size),
        organizationRootAt: (size) => organization.root(size),
        sealedHashAt: (epoch) => (record.ok && epoch === record.value.sealedEpoch ? sealed : undefined),
        epoch: this.epoch,
        organizationSize: organizationSize ?? organization.tail.size,
      },
      signed,
    );
  }

  async append(
    draft: LogDraft,
    signed: SignedRecord,
    application: Application,
    results: Bytes | null = null,
  ): Promise<DraftedLeaf> {
    const organization = await this.organizationOf(draft);
    return draft.append(signed, application.recordHash, application.changes, {
      serverTime: this.#serverTime(draft),
      instance: this.#parts.signer.instanceId,
      epoch: this.epoch,
      organizationSize: organization.tail.size,
      outcome: application.outcome,
      results,
    });
  }

  batch(commitNumber: number): CommitBatch {
    const { openings, contents, rings, profiles } = this;
    return {
      commitNumber,
      logs: this.drafts.filter((draft) => draft.isChanged).map((draft) => draft.rows()),
      openings,
      contents,
      rings,
      profiles,
      checkpoints: this.#checkpoints,
      closings: this.#closings,
    };
  }

  /** Stamps never go back in time, whatever the host's clock does. */
  #serverTime(draft: LogDraft): number {
    return Math.max(this.#parts.clock(), draft.tail.lastTime);
  }

  /** The organization's newest checkpoint made in this epoch or before; it has one, since it is closed first. */
  async #organizationCheckpoint(
    organization: LogDraft,
    epoch: number,
  ): Promise<{ size: number; root: Bytes }> {
    const newest = organization.tail.checkpoint;
    if (newest && newest.epoch <= epoch) return newest;
    const store = await this.settledStore();
    const older = await store.checkpointUpTo(organization.live.identity.id, epoch);
    if (!older) throw new StoreError("an organization without a checkpoint in a closed epoch");
    return older;
  }
}
