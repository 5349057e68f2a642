import { type Bytes, concatBytes } from "../../bytes/bytes.ts";
import { encodeUtf8, toHex } from "../../bytes/text.ts";
import { hashInContext } from "../../crypto/context.ts";
import type { CryptoSuite } from "../../crypto/suite.ts";
import { MerkleTree } from "../../merkle/merkle-tree.ts";
import { proveEntry } from "../../prefix-map/map-proof.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "../../prefix-map/prefix-map.ts";
import { err, ok, type Result, unwrap } from "../../result.ts";
import { type Application, applyRecord, type LogIdentity, type RecordFault } from "../apply-record.ts";
import { type Head, signNote } from "../head.ts";
import { deviceIdOf, instanceIdOf } from "../identifiers.ts";
import { encodeLeaf, encodeStamp, type Leaf, leafHashOf, type Stamp } from "../leaf.ts";
import type { EntryReader } from "../map-entry.ts";
import { proveTogether } from "../proven-entries.ts";
import type { ProvenEntry, Receipt } from "../receipt.ts";
import {
  encodeEpochLeafRecord,
  type Record,
  type RecordContent,
  type SignedRecord,
  signRecord,
} from "../record.ts";
import { epochLeafChange } from "../replay.ts";

/** 32 bytes that only depend on a name: keys and ids of people in tests. */
export function namedBytes(suite: Pick<CryptoSuite, "sha256">, name: string): Bytes {
  return hashInContext(suite, "test-name", encodeUtf8(name));
}

/** An honest server's log, kept in memory: the same steps as the real one, without database or network. */
export class MemoryLog {
  readonly identity: LogIdentity;
  readonly instanceSecret: Bytes;
  readonly leaves: Bytes[] = [];
  readonly stamps: Stamp[] = [];
  readonly applications: (Application | null)[] = [];
  readonly tree: MerkleTree;
  readonly maps: PrefixMap[] = [emptyPrefixMap];
  readonly #suite: CryptoSuite;
  readonly #organization: MemoryLog | null;
  readonly #values = new Map<string, { size: number; value: Bytes }[]>();
  epoch = 0;
  time = 1_000;

  constructor(
    suite: CryptoSuite,
    identity: LogIdentity,
    organization: MemoryLog | null,
    instanceSecret: Bytes,
  ) {
    this.#suite = suite;
    this.identity = identity;
    this.#organization = organization;
    this.instanceSecret = instanceSecret;
    this.tree = new MerkleTree(suite.sha256);
  }

  get size(): number {
    return this.tree.size;
  }

  get map(): PrefixMap {
    return this.maps.at(-1) ?? emptyPrefixMap;
  }

  get head(): Head {
    return { log: this.identity.id, size: this.size, root: this.tree.root() };
  }

  entriesAt(size: number): EntryReader {
    return (key) => this.#values.get(toHex(key))?.findLast((entry) => entry.size <= size)?.value;
  }

  append(signed: SignedRecord, results: Bytes | null = null): Result<Application, RecordFault> {
    const organization = this.#organization;
    const entries = this.entriesAt(this.size);
    const application = applyRecord(
      this.#suite,
      {
        log: this.identity,
        size: this.size,
        entries,
        organization: organization ? organization.entriesAt(organization.size) : entries,
        rootAt: (size) => (size <= this.size ? this.tree.root(size) : undefined),
        organizationRootAt: (size) =>
          organization && size <= organization.size ? organization.tree.root(size) : undefined,
        sealedHashAt: (epoch) => sealedHash(this.#suite, epoch),
        epoch: this.epoch,
        organizationSize: organization ? organization.size : this.size,
      },
      signed,
    );
    if (!application.ok) return err(application.error);
    const { changes, outcome } = application.value;
    const isAppliedRead = application.value.record.content.kind === "read" && outcome === "applied";
    this.#take({ ...signed, stamp: new Uint8Array(0) }, changes, outcome, isAppliedRead ? results : null);
    this.applications.push(application.value);
    return ok(application.value);
  }

  /** What a server appends that asks no questions: stamped applied, with a map of its own drawing. */
  forge(signed: SignedRecord, changes: Application["changes"], results: Bytes | null = null): number {
    this.#take({ ...signed, stamp: new Uint8Array(0) }, changes, "applied", results);
    this.applications.push(null);
    return this.size - 1;
  }

  appendEpochLeaf(): void {
    const record = encodeEpochLeafRecord({
      v: 1,
      log: this.identity.id,
      content: {
        kind: "epoch",
        body: {
          epoch: this.epoch,
          ledgerHeight: 1,
          ledgerHash: new Uint8Array(32),
          organization: [0, new Uint8Array(32)],
        },
      },
    });
    this.#take(
      { record, signature: new Uint8Array(0), stamp: new Uint8Array(0) },
      [epochLeafChange(this.#suite, this.epoch, this.size)],
      "applied",
      null,
    );
    this.applications.push(null);
  }

  note(size: number = this.size): Bytes {
    return signNote(
      this.#suite,
      { log: this.identity.id, size, root: this.tree.root(size) },
      this.instanceSecret,
    );
  }

  prove(keys: readonly Bytes[], size: number = this.size): ProvenEntry[] {
    const map = this.maps[size] ?? emptyPrefixMap;
    const read = this.entriesAt(size);
    return keys.map((key) => ({ key, value: read(key) ?? null, proof: proveEntry(map, key) }));
  }

  receipt(index: number, record: Record, keys: readonly Bytes[] = []): Receipt {
    return {
      note: this.note(),
      stamp: encodeStamp(this.stampAt(index)),
      inclusionPath: this.tree.inclusionPath(index, this.size),
      consistencyPath: record.seenSize > 0 ? this.tree.consistencyPath(record.seenSize, this.size) : [],
      entries: proveTogether(this.maps[index + 1] ?? emptyPrefixMap, this.entriesAt(index + 1), keys),
    };
  }

  stampAt(index: number): Stamp {
    const stamp = this.stamps[index];
    if (!stamp) throw new RangeError(`no leaf ${index}`);
    return stamp;
  }

  #take(leaf: Leaf, changes: Application["changes"], outcome: Stamp["outcome"], results: Bytes | null): void {
    const suite = this.#suite;
    const map = setEntries(
      suite.sha256,
      this.map,
      changes.map(({ key, value }) => ({ key, valueHash: suite.sha256(value) })),
    );
    const stamp: Stamp = {
      index: this.size,
      serverTime: this.time,
      instance: instanceIdOf(suite, suite.verifyKeyOf(this.instanceSecret)),
      epoch: this.epoch,
      organizationSize: this.#organization ? this.#organization.size : this.size,
      mapRoot: rootHash(map),
      outcome,
      results,
    };
    const stamped = { ...leaf, stamp: encodeStamp(stamp) };
    this.leaves.push(encodeLeaf(stamped));
    this.stamps.push(stamp);
    this.tree.append(leafHashOf(suite, stamped));
    this.maps.push(map);
    for (const { key, value } of changes) {
      const name = toHex(key);
      this.#values.set(name, [...(this.#values.get(name) ?? []), { size: this.size, value }]);
    }
  }
}

/** Epoch records are not made in these tests; only that their hashes agree matters. */
export function sealedHash(suite: Pick<CryptoSuite, "sha256">, epoch: number): Bytes {
  return hashInContext(suite, "test-sealed", encodeUtf8(String(epoch)));
}

/** A person with one device; remembers per log where its chain stands. */
export class Person {
  readonly user: Bytes;
  readonly deviceSecret: Bytes;
  readonly device: Bytes;
  readonly #suite: CryptoSuite;
  readonly #chains = new Map<MemoryLog, { seq: number; prev: Bytes }>();
  incarnation: Bytes;

  constructor(suite: CryptoSuite, name: string) {
    this.#suite = suite;
    this.user = namedBytes(suite, `${name}/user`).slice(0, 16);
    this.deviceSecret = namedBytes(suite, `${name}/device`);
    this.device = deviceIdOf(suite, suite.verifyKeyOf(this.deviceSecret));
    this.incarnation = namedBytes(suite, `${name}/incarnation`).slice(0, 16);
  }

  /** The next record of this device in the log, having seen all of it. */
  draft(
    log: MemoryLog,
    organization: MemoryLog | null,
    content: RecordContent,
    changed: Partial<Record> = {},
  ): Record {
    const chain = this.#chains.get(log);
    const isGenesis = log.size === 0;
    return {
      v: 1,
      log: isGenesis ? new Uint8Array(32) : log.identity.id,
      device: this.device,
      incarnation: this.incarnation,
      seq: chain ? chain.seq + 1 : 0,
      prev: chain ? chain.prev : new Uint8Array(32),
      seenSize: log.size,
      seenRoot: log.size > 0 ? log.tree.root() : new Uint8Array(32),
      seenOrganization: organization
        ? [organization.size, organization.tree.root()]
        : [0, new Uint8Array(32)],
      sealedEpoch: log.epoch - 1,
      sealedHash: log.epoch > 0 ? sealedHash(this.#suite, log.epoch - 1) : new Uint8Array(32),
      clientTime: 5,
      content,
      ...changed,
    };
  }

  sign(record: Record): SignedRecord {
    return signRecord(this.#suite, record, this.deviceSecret);
  }

  /** Draft, sign, append and remember. */
  act(log: MemoryLog, organization: MemoryLog | null, content: RecordContent, results: Bytes | null = null) {
    const record = this.draft(log, organization, content);
    const signed = this.sign(record);
    return { record, signed, application: this.submit(log, signed, results), index: log.size - 1 };
  }

  /** Append a record of this person's that was made before. */
  submit(log: MemoryLog, signed: SignedRecord, results: Bytes | null = null): Application {
    const application = unwrap(log.append(signed, results));
    this.adopt(log, application);
    return application;
  }

  /** Remember that a record of this person's was appended. */
  adopt(log: MemoryLog, { record, recordHash }: Pick<Application, "record" | "recordHash">): void {
    this.#chains.set(log, { seq: record.seq, prev: recordHash });
  }
}

export function createWrite(
  suite: CryptoSuite,
  manifest: Bytes,
  base: { readonly version: number; readonly record: Bytes },
  text: string,
): RecordContent {
  const contentHash = namedBytes(suite, text);
  return {
    kind: "write",
    body: {
      items: [
        {
          manifest,
          baseVersion: base.version,
          baseRecord: base.record,
          contentHash,
          sizeBytes: text.length,
          keyIndex: 0,
          tombstone: false,
        },
      ],
      guards: [],
    },
  };
}

export const NO_BASE = { version: 0, record: new Uint8Array(32) };
/** Flips one bit: the smallest lie. */
export function flipBit(bytes: Bytes, bit: number): Bytes {
  const out = concatBytes(bytes);
  const at = Math.floor(bit / 8) % out.length;
  out[at] = (out[at] ?? 0) ^ (1 << (bit % 8));
  return out;
}
