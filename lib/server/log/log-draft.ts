import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
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

export interface DraftedLeaf {
  readonly index: number;
  readonly stamp: Stamp;
  readonly stampBytes: Bytes;
}

/**
 * A log with the leaves of the running group on top, not yet committed. `keep` makes them the log's; `discard`
 * leaves the log as it was.
 */
export class LogDraft {
  readonly live: LiveLog;
  readonly #suite: CryptoSuite;
  readonly #leaves: LeafRow[] = [];
  readonly #entries: EntryRow[] = [];
  readonly #values = new Map<string, Bytes>();
  readonly #maps = new Map<number, PrefixMap>();
  #map: PrefixMap;
  #tail: LogTail;

  constructor(suite: CryptoSuite, live: LiveLog) {
    this.#suite = suite;
    this.live = live;
    this.#map = live.map;
    this.#tail = live.tail;
  }

  get tail(): LogTail {
    return this.#tail;
  }

  /** The drafted head, as it stands now: a value that later appends do not change. */
  get head(): Head {
    return { log: this.live.identity.id, size: this.#tail.size, root: this.#tail.root };
  }

  get map(): PrefixMap {
    return this.#map;
  }

  get isChanged(): boolean {
    return this.#leaves.length > 0;
  }

  readonly entries: EntryReader = (key) => this.#values.get(packHash(key)) ?? this.live.entries(key);

  /** Root at a size up to the drafted one. */
  root(size: number): Bytes | undefined {
    return size <= this.#tail.size ? this.live.tree.root(size) : undefined;
  }

  /** A leaf of this draft that holds the record. */
  findRecord(recordHash: Bytes): LeafRow | undefined {
    const name = packHash(recordHash);
    return this.#leaves.find((leaf) => leaf.recordHash !== null && packHash(leaf.recordHash) === name);
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
    const { size, root } = this.#tail;
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
      row: { id, kind, organization, tail: this.#tail },
      leaves: this.#leaves,
      entries: this.#entries,
    };
  }

  keep(): void {
    this.live.adopt(this.#tail, this.#maps, this.#values);
  }

  discard(): void {
    this.live.tree.truncate(this.live.tail.size);
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
      root: this.live.tree.root(index + 1),
      lastTime: stamp.serverTime,
      lastEpoch: stamp.epoch,
      isClosed,
      organizationSize: stamp.organizationSize,
      checkpoint: this.#tail.checkpoint,
    };
    return { index, stamp, stampBytes };
  }
}
