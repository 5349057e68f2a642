import { type Bytes, EMPTY_BYTES, equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { Head } from "#protocol/log/head.ts";
import { encodeLeaf, encodeStamp, type Outcome, type Stamp } from "#protocol/log/leaf.ts";
import { createMapChange, type EntryReader, type MapChange } from "#protocol/log/map-entry.ts";
import { encodeEpochLeafRecord, type SignedRecord } from "#protocol/log/record.ts";
import { leafHash as hashLeaf } from "#protocol/merkle/tree-hash.ts";
import { packHash } from "#protocol/prefix-map/packed-hash.ts";
import { type PrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import type { Checkpoint, EpochClosing } from "../ports.ts";
import type { EntryRow, LeafRow, LogRow, LogTail } from "../store/store.ts";
import type { LiveLog } from "./live-log.ts";

/** What the server decides about a leaf; index and map root follow from where it is appended. */
export type StampInput = Pick<Stamp, "serverTime" | "instance" | "epoch" | "organizationSize" | "results"> & {
  readonly outcome: Outcome;
};

/** Without the root, which costs a hash a level: only a group's last one is needed. */
type DraftTail = Omit<LogTail, "root">;

export interface DraftedLeaf {
  readonly index: number;
  readonly stamp: Stamp;
  readonly stampBytes: Bytes;
}

/**
 * A log with the leaves of one group on top, not yet committed: on top of the committed log, or of what the group
 * before drafted of it while that one is on its way to disk (`base`). `keep` makes the leaves the log's, after the
 * base's; `discard` leaves the log as it was, before the base's.
 */
export class LogDraft {
  readonly live: LiveLog;
  readonly #suite: CryptoSuite;
  readonly #leaves: LeafRow[] = [];
  readonly #entries: EntryRow[] = [];
  readonly #values = new Map<string, Bytes>();
  readonly #maps = new Map<number, PrefixMap>();
  readonly #firstSize: number;
  #base: LogDraft | undefined;
  #map: PrefixMap;
  #tail: DraftTail;

  constructor(suite: CryptoSuite, live: LiveLog, base?: LogDraft) {
    this.#suite = suite;
    this.live = live;
    this.#base = base;
    this.#map = (base ?? live).map;
    this.#tail = (base ?? live).tail;
    this.#firstSize = this.#tail.size;
  }

  get tail(): DraftTail {
    return this.#tail;
  }

  /** The drafted head, as it stands now: a value that later appends do not change. */
  get head(): Head {
    const { size } = this.#tail;
    return { log: this.live.identity.id, size, root: this.live.tree.root(size) };
  }

  get map(): PrefixMap {
    return this.#map;
  }

  get isChanged(): boolean {
    return this.#leaves.length > 0;
  }

  readonly entries: EntryReader = (key) => this.#value(packHash(key));

  /** Root at a size up to the drafted one. */
  root(size: number): Bytes | undefined {
    return size <= this.#tail.size ? this.live.tree.root(size) : undefined;
  }

  /** A leaf that holds the record and may not be in the database yet. */
  findRecord(recordHash: Bytes): LeafRow | undefined {
    const found = this.#leaves.find(
      (leaf) => leaf.recordHash !== null && equalBytes(leaf.recordHash, recordHash),
    );
    return found ?? this.#base?.findRecord(recordHash);
  }

  append(
    signed: SignedRecord,
    recordHash: Bytes,
    changes: readonly MapChange[],
    input: StampInput,
  ): DraftedLeaf {
    return this.#append(signed, recordHash, changes, input, false);
  }

  /** The server's own leaf, the last one of its epoch in this log; answers the log's checkpoint. */
  appendEpochLeaf(
    closing: EpochClosing,
    organization: readonly [number, Bytes],
    input: Pick<StampInput, "serverTime" | "instance" | "organizationSize">,
  ): Checkpoint {
    const log = this.live.identity.id;
    const { epoch, ledgerHeight, ledgerHash } = closing;
    const record = encodeEpochLeafRecord({
      v: 1,
      log,
      content: { kind: "epoch", body: { epoch, ledgerHeight, ledgerHash, organization } },
    });
    const change = createMapChange(this.#suite, { kind: "epoch" }, "epoch", [epoch, this.#tail.size]);
    const stamp = { ...input, epoch, outcome: "applied", results: null } as const;
    this.#append({ record, signature: EMPTY_BYTES }, null, [change], stamp, true);
    const { size, root } = this.head;
    this.#tail = { ...this.#tail, checkpoint: { epoch, size, root } };
    return { log, epoch, size, root };
  }

  rows(): {
    readonly row: LogRow;
    readonly leaves: readonly LeafRow[];
    readonly entries: readonly EntryRow[];
  } {
    const { id, kind, organization } = this.live.identity;
    return {
      row: { id, kind, organization, tail: this.#finishedTail() },
      leaves: this.#leaves,
      entries: this.#entries,
    };
  }

  keep(): void {
    this.live.adopt(this.#finishedTail(), this.#maps, this.#values);
    this.#base = undefined;
  }

  discard(): void {
    this.live.tree.truncate(this.#firstSize);
  }

  #finishedTail(): LogTail {
    return { ...this.#tail, root: this.head.root };
  }

  #value(name: string): Bytes | undefined {
    return this.#values.get(name) ?? (this.#base ? this.#base.#value(name) : this.live.value(name));
  }

  #append(
    signed: SignedRecord,
    recordHash: Bytes | null,
    changes: readonly MapChange[],
    input: StampInput,
    isClosed: boolean,
  ): DraftedLeaf {
    const index = this.#tail.size;
    const changed = changes.map(({ key, value }) => ({ key, valueHash: this.#suite.sha256(value) }));
    this.#map = setEntries(this.#suite.sha256, this.#map, changed);
    const stamp: Stamp = { ...input, index, mapRoot: rootHash(this.#map) };
    const stampBytes = encodeStamp(stamp);
    const leaf = encodeLeaf({ ...signed, stamp: stampBytes });
    const leafHash = hashLeaf(this.#suite.sha256, leaf);
    this.live.tree.append(leafHash);
    this.#leaves.push({ index, leaf, leafHash, recordHash });
    // Of two changes of one key by one leaf the later counts.
    const values = new Map(changes.map((change) => [packHash(change.key), change]));
    for (const [name, { key, value }] of values) {
      this.#values.set(name, value);
      this.#entries.push({ key, index, value });
    }
    this.#maps.set(index + 1, this.#map);
    this.#tail = {
      size: index + 1,
      lastTime: stamp.serverTime,
      lastEpoch: stamp.epoch,
      isClosed,
      organizationSize: stamp.organizationSize,
      checkpoint: this.#tail.checkpoint,
    };
    return { index, stamp, stampBytes };
  }
}
