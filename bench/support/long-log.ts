import { type Bytes, encodeUint64 } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { EpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { EpochAnswer } from "#protocol/log/check-epoch.ts";
import { type OwnOperation, ownOperationKeys } from "#protocol/log/check-own-operations.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf, type Head, signNote } from "#protocol/log/head.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { encodeLeaf, encodeStamp, leafHashOf, type Stamp } from "#protocol/log/leaf.ts";
import { createMapChange, type MapChange } from "#protocol/log/map-entry.ts";
import type { ReadOpening, ReadResult } from "#protocol/log/read.ts";
import { readRequestHash, readResultsHash } from "#protocol/log/read.ts";
import {
  encodeEpochLeafRecord,
  type Record,
  type RecordContent,
  type SignedRecord,
  signRecord,
} from "#protocol/log/record.ts";
import { epochLeafChange } from "#protocol/log/replay.ts";
import { createWrite, NO_BASE, namedBytes, type Person } from "#protocol/log/testing/memory-log.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { WRITES_OF_TEN } from "./sample-log.ts";

const VERSIONS_OF_A_MANIFEST = 4;
/** Entries set in the map at a time: each changed node is then hashed once. */
const BULK = 50_000;

/**
 * A workspace's log of any length as its server holds it: a tree with every leaf and a map with every entry, of
 * one device's own operations and of foreign ones. The own ones and the epoch leaves are what they say. A foreign
 * leaf is in the tree by a hash of its place alone, and in the map by the entries that a write leaves: no audit
 * of one's own operations sees more of it than that.
 */
export class LongLog {
  readonly id: Bytes;
  readonly #suite: CryptoSuite;
  readonly #owner: Person;
  readonly #instanceSecret: Bytes;
  readonly #tree: MerkleTree;
  readonly #values = new Map<string, Bytes>();
  #map: PrefixMap = emptyPrefixMap;
  #pending: MapChange[] = [];
  #foreignWrites = 0;
  #chain: { readonly seq: number; readonly prev: Bytes } | undefined;
  #epoch = 0;

  constructor(suite: CryptoSuite, owner: Person) {
    this.#suite = suite;
    this.#owner = owner;
    this.id = namedBytes(suite, "long log");
    this.#instanceSecret = namedBytes(suite, "instance");
    this.#tree = new MerkleTree(suite.sha256);
  }

  get size(): number {
    return this.#tree.size;
  }

  get head(): Head {
    return { log: this.id, size: this.size, root: this.#tree.root() };
  }

  get instanceKey(): Bytes {
    return this.#suite.verifyKeyOf(this.#instanceSecret);
  }

  get entryCount(): number {
    return this.#values.size;
  }

  growTo(size: number): void {
    while (this.size < size) this.#appendForeign();
  }

  /** Of a new manifest, or the next version of one of the device's own writes. */
  write(base: OwnOperation | null): OwnOperation {
    const item = base?.record.content.kind === "write" ? base.record.content.body.items[0] : undefined;
    const manifest = item?.manifest ?? namedBytes(this.#suite, `own ${this.size}`).slice(0, 16);
    const based = base && item ? { version: item.baseVersion + 1, record: base.recordHash } : NO_BASE;
    const content = createWrite(this.#suite, manifest, based, `content ${this.size}`);
    return this.#appendOwn(content, null);
  }

  /** The newest version of a foreign manifest. */
  read(): OwnOperation {
    const manifest = this.#foreignManifest(Math.floor(this.#foreignWrites / 2 / VERSIONS_OF_A_MANIFEST));
    const nonce = namedBytes(this.#suite, `nonce ${this.size}`).slice(0, 16);
    const opening: ReadOpening = { nonce, items: [{ manifest, version: null }] };
    const written = namedBytes(this.#suite, `written ${this.size}`);
    const result: ReadResult = {
      status: "found",
      version: VERSIONS_OF_A_MANIFEST,
      writeIndex: this.size >> 1,
      recordHash: written,
      contentHash: written,
    };
    const content = {
      kind: "read",
      body: { count: 1, request: readRequestHash(this.#suite, opening) },
    } as const;
    return this.#appendOwn(content, { opening, results: [result] });
  }

  #seal(epoch: number, root: Bytes): EpochSeal {
    const zeros = new Uint8Array(32);
    const record = encodeEpochRecord({ v: 1, deployment: zeros, epoch, previous: zeros, root });
    const signature = signEpochRecord(this.#suite, record, this.#instanceSecret);
    return { record, signatures: [{ key: this.instanceKey, signature }] };
  }

  closeEpoch(): { readonly head: Head; readonly epoch: number } {
    const epoch = this.#epoch;
    const body = { epoch, ledgerHeight: 1, ledgerHash: new Uint8Array(32), organization: NOTHING_SEEN };
    const record = encodeEpochLeafRecord({ v: 1, log: this.id, content: { kind: "epoch", body } });
    this.#change([epochLeafChange(this.#suite, epoch, this.size)]);
    this.#lastLeaf = this.#append({ record, signature: new Uint8Array(0) }, null).leaf;
    this.#epoch += 1;
    return { head: this.head, epoch };
  }
  #lastLeaf: Bytes = new Uint8Array(0);

  /** The server's answer about the epoch that was closed last, and the root of the epoch tree that it rests on. */
  audit(
    compared: readonly Head[],
    operations: readonly OwnOperation[],
    otherLogs: number,
  ): {
    readonly answer: EpochAnswer;
    readonly epoch: number;
    readonly epochRoot: Bytes;
    readonly seal: EpochSeal;
  } {
    const { sha256 } = this.#suite;
    const { head } = this;
    const slots = Array.from({ length: otherLogs }, (_, index) => {
      const hash = namedBytes(this.#suite, `slot ${index}`);
      return { key: hash, valueHash: hash };
    });
    const slotKey = epochSlotKeyOf(this.#suite, this.id);
    const own = { key: slotKey, valueHash: checkpointHashOf(this.#suite, encodeNoteBody(head)) };
    const epochTree = setEntries(sha256, emptyPrefixMap, [...slots, own]);
    const keys = ownOperationKeys(this.#suite, this.#owner.device, operations);
    const epoch = this.#epoch - 1;
    const epochRoot = rootHash(epochTree);
    return {
      epoch,
      epochRoot,
      seal: this.#seal(epoch, epochRoot),
      answer: {
        note: signNote(this.#suite, head, this.#instanceSecret),
        slotProof: proveEntry(epochTree, slotKey),
        consistencyPaths: compared.map(({ size }) => this.#tree.consistencyPath(size, head.size)),
        epochLeaf: this.#lastLeaf,
        inclusionPath: this.#tree.inclusionPath(head.size - 1, head.size),
        entries: keys.map((key) => ({
          key,
          value: this.#values.get(nameOf(key)) ?? null,
          proof: proveEntry(this.#map, key),
        })),
      },
    };
  }

  #appendForeign(): void {
    const index = this.size;
    if (index % 10 < WRITES_OF_TEN) {
      const id = this.#foreignManifest(Math.floor(this.#foreignWrites / VERSIONS_OF_A_MANIFEST));
      const version = (this.#foreignWrites % VERSIONS_OF_A_MANIFEST) + 1;
      const hash = this.#suite.sha256(id);
      this.#change([
        createMapChange(this.#suite, { kind: "manifest", id }, "manifest", [version, false]),
        createMapChange(this.#suite, { kind: "manifestVersion", id, version }, "manifestVersion", [
          index,
          hash,
          hash,
        ]),
      ]);
      this.#foreignWrites += 1;
    }
    this.#tree.append(leafHash(this.#suite.sha256, encodeUint64(BigInt(index))));
    if (this.#pending.length >= BULK) this.#settleMap();
  }

  #foreignManifest(number: number): Bytes {
    return this.#suite.sha256(encodeUint64(BigInt(number))).slice(0, 16);
  }

  #appendOwn(content: RecordContent, read: OwnOperation["read"]): OwnOperation {
    const suite = this.#suite;
    const { device, deviceSecret, incarnation } = this.#owner;
    const index = this.size;
    const record: Record = {
      v: 1,
      log: this.id,
      device,
      incarnation,
      seq: this.#chain ? this.#chain.seq + 1 : 0,
      prev: this.#chain?.prev ?? new Uint8Array(32),
      seenSize: index,
      seenRoot: this.#tree.root(),
      seenOrganization: NOTHING_SEEN,
      sealedEpoch: this.#epoch - 1,
      sealedHash: new Uint8Array(32),
      clientTime: index,
      content,
    };
    const signed = signRecord(suite, record, deviceSecret);
    const recordHash = recordHashOf(suite, signed.record, signed.signature);
    this.#chain = { seq: record.seq, prev: recordHash };
    this.#change([
      createMapChange(suite, { kind: "device", id: device }, "device", [
        incarnation,
        record.seq,
        recordHash,
        index,
      ]),
    ]);
    if (content.kind === "write") {
      for (const { manifest: id, baseVersion, contentHash } of content.body.items) {
        const version = baseVersion + 1;
        this.#change([
          createMapChange(suite, { kind: "manifest", id }, "manifest", [version, false]),
          createMapChange(suite, { kind: "manifestVersion", id, version }, "manifestVersion", [
            index,
            recordHash,
            contentHash,
          ]),
        ]);
      }
    }
    const results = read ? readResultsHash(suite, read.opening.nonce, read.results) : null;
    return { record, recordHash, stamp: this.#append(signed, results).stamp, read };
  }

  #append(signed: SignedRecord, results: Bytes | null): { readonly leaf: Bytes; readonly stamp: Stamp } {
    this.#settleMap();
    const stamp: Stamp = {
      index: this.size,
      serverTime: this.size,
      instance: new Uint8Array(16),
      epoch: this.#epoch,
      organizationSize: 0,
      mapRoot: rootHash(this.#map),
      outcome: "applied",
      results,
    };
    const leaf = { ...signed, stamp: encodeStamp(stamp) };
    this.#tree.append(leafHashOf(this.#suite, leaf));
    return { leaf: encodeLeaf(leaf), stamp };
  }

  #change(changes: readonly MapChange[]): void {
    for (const change of changes) {
      this.#pending.push(change);
      this.#values.set(nameOf(change.key), change.value);
    }
  }

  #settleMap(): void {
    const { sha256 } = this.#suite;
    const changes = this.#pending.map(({ key, value }) => ({ key, valueHash: sha256(value) }));
    this.#map = setEntries(sha256, this.#map, changes);
    this.#pending = [];
  }
}

const NOTHING_SEEN: readonly [number, Bytes] = [0, new Uint8Array(32)];

/** Short: a million of them are kept. */
function nameOf(key: Bytes): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}
