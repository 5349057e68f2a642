import { type Bytes, concatBytes, equalBytes } from "../bytes/bytes.ts";
import { fromHex, toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MerkleTree } from "../merkle/merkle-tree.ts";
import { HASH_BYTES } from "../merkle/tree-hash.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "../prefix-map/prefix-map.ts";
import { err, ok, type Result, unwrap } from "../result.ts";
import {
  type Application,
  applyRecord,
  type LogIdentity,
  type LogState,
  type RecordFault,
} from "./apply-record.ts";
import {
  encodeStamp,
  type Leaf,
  leafHashOf,
  type Outcome,
  parseLeaf,
  parseStamp,
  type Stamp,
} from "./leaf.ts";
import { createMapChange, type EntryReader, type MapChange, readMapEntry } from "./map-entry.ts";
import { parseEpochLeafRecord } from "./record.ts";
import type { ReplayPart } from "./replay-part.ts";

/**
 * Full replay (checks E6–E8): every leaf through `applyRecord`, every stamp against what it must say. A log that
 * replays is one that honest code could have written; the first leaf that does not is what an accusation rests on.
 */

export type InvalidLeaf =
  | { readonly type: "LeafNotCanonical" }
  | { readonly type: "RecordNotAuthentic"; readonly fault: RecordFault["type"] }
  | { readonly type: "OutcomeWrong"; readonly stamped: Outcome; readonly due: Outcome }
  | { readonly type: "StampWrong"; readonly field: StampField }
  | { readonly type: "EpochLeafWrong" }
  | { readonly type: "MapRootWrong" };

export type StampField = "index" | "serverTime" | "instance" | "epoch" | "organizationSize" | "results";

export interface ReplayedLeaf {
  readonly index: number;
  readonly leaf: Leaf;
  readonly stamp: Stamp;
  /** Null for the server's own epoch leaf. */
  readonly application: Application | null;
}

/** What a replay must know from outside the log. */
export interface ReplaySources {
  /** The organization's replayed log; null while replaying that log itself. */
  readonly organization: LogReplay | null;
  /** Hash of the deployment's anchored epoch record; undefined where the caller has not verified it. */
  readonly sealedHashAt: (epoch: number) => Bytes | undefined;
  /** Whether an instance of this id was registered on the ledger for this epoch. */
  readonly isInstanceRegistered: (instance: Bytes, epoch: number) => boolean;
}

export class LogReplay {
  readonly log: LogIdentity;
  readonly #suite: CryptoSuite;
  readonly #sources: ReplaySources;
  readonly #tree: MerkleTree;
  /**
   * Per map key its values, each with the size of the log from which it holds: of an organization's log every one it
   * ever had, since workspaces ask for earlier states; of a workspace's log the newest.
   */
  readonly #values = new Map<string, { readonly size: number; readonly value: Bytes }[]>();
  /** Where a leaf has another epoch than the one before it. */
  readonly #epochs: { readonly index: number; readonly epoch: number }[] = [];
  #map: PrefixMap = emptyPrefixMap;
  #lastStamp: Stamp | undefined;
  /** The smallest organizationSize that the next stamp may have: what earlier authors had seen. */
  #organizationFloor = 0;

  constructor(suite: CryptoSuite, log: LogIdentity, sources: ReplaySources) {
    this.#suite = suite;
    this.log = log;
    this.#sources = sources;
    this.#tree = new MerkleTree(suite.sha256);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Of the map. */
  get entryCount(): number {
    return this.#values.size;
  }

  get map(): PrefixMap {
    return this.#map;
  }

  get lastStamp(): Stamp | undefined {
    return this.#lastStamp;
  }

  root(size: number = this.size): Bytes {
    return this.#tree.root(size);
  }

  leafHash(index: number): Bytes {
    return this.#tree.leafHash(index);
  }

  /** RFC 9162 §2.1.3.1 */
  inclusionPath(index: number, size: number): readonly Bytes[] {
    return this.#tree.inclusionPath(index, size);
  }

  /** Of the stamp of a leaf that was replayed. */
  epochAt(index: number): number | undefined {
    return index < this.size ? this.#epochs.findLast((start) => start.index <= index)?.epoch : undefined;
  }

  /** The map as it was when the log had `size` leaves; of a workspace's log only the one it has now. */
  entriesAt(size: number): EntryReader {
    if (this.log.kind === "workspace" && size !== this.size) throw new RangeError(`no entries at ${size}`);
    return (key) => this.#values.get(toHex(key))?.findLast((entry) => entry.size <= size)?.value;
  }

  /** Checks one more leaf and takes it in; after an error the replay stands where it stood. */
  append(leafBytes: Bytes): Result<ReplayedLeaf, InvalidLeaf> {
    const leaf = parseLeaf(leafBytes);
    if (!leaf.ok) return err({ type: "LeafNotCanonical" });
    const stamp = parseStamp(leaf.value.stamp);
    if (!stamp.ok) return err({ type: "LeafNotCanonical" });
    const fault = this.#stampFault(stamp.value);
    if (fault !== undefined) return err({ type: "StampWrong", field: fault });
    return leaf.value.signature.length === 0
      ? this.#appendEpochLeaf(leaf.value, stamp.value)
      : this.#appendRecord(leaf.value, stamp.value);
  }

  /** What the leaves of a workspace's log from `from` on, at least one, have added; for `resume`. */
  partSince(from: number): ReplayPart {
    const last = this.#lastStamp;
    if (this.log.kind !== "workspace" || !last || from >= this.size)
      throw new RangeError(`no part since ${from}`);
    const entries = [...this.#values].flatMap(([name, history]) => {
      const newest = history.at(-1);
      return newest && newest.size > from ? [{ key: unwrap(fromHex(name)), value: newest.value }] : [];
    });
    const hashes = Array.from({ length: this.size - from }, (_, place) => this.leafHash(from + place));
    return {
      from,
      leafHashes: concatBytes(...hashes),
      entries,
      epochs: this.#epochs.filter(({ index }) => index >= from),
      stamp: encodeStamp(last),
      organizationFloor: this.#organizationFloor,
    };
  }

  /**
   * Goes on from a part that this device had replayed and kept. False where it is not the next one, or does not lead
   * to the map root of its last stamp: then this replay is of no use any more.
   */
  resume({ from, leafHashes, entries, epochs, stamp, organizationFloor }: ReplayPart): boolean {
    const last = parseStamp(stamp);
    if (!last.ok || from !== this.size || leafHashes.length % HASH_BYTES !== 0) return false;
    const size = from + leafHashes.length / HASH_BYTES;
    const map = this.#mapWith(entries);
    if (last.value.index !== size - 1 || !equalBytes(rootHash(map), last.value.mapRoot)) return false;
    for (let at = 0; at < leafHashes.length; at += HASH_BYTES) {
      this.#tree.append(leafHashes.slice(at, at + HASH_BYTES));
    }
    this.#map = map;
    this.#epochs.push(...epochs);
    for (const { key, value } of entries) this.#values.set(toHex(key), [{ size, value }]);
    this.#lastStamp = last.value;
    this.#organizationFloor = organizationFloor;
    return true;
  }

  #mapWith(changes: readonly MapChange[]): PrefixMap {
    const { sha256 } = this.#suite;
    const hashed = changes.map(({ key, value }) => ({ key, valueHash: sha256(value) }));
    return setEntries(sha256, this.#map, hashed);
  }

  #stampFault(stamp: Stamp): StampField | undefined {
    const last = this.#lastStamp;
    if (stamp.index !== this.size) return "index";
    if (last && stamp.serverTime < last.serverTime) return "serverTime";
    if (last && stamp.epoch < last.epoch) return "epoch";
    if (!this.#sources.isInstanceRegistered(stamp.instance, stamp.epoch)) return "instance";
    const { organization } = this.#sources;
    const isOrganizationSizeRight = organization
      ? stamp.organizationSize >= this.#organizationFloor && stamp.organizationSize <= organization.size
      : stamp.organizationSize === this.size;
    return isOrganizationSizeRight ? undefined : "organizationSize";
  }

  #appendRecord(leaf: Leaf, stamp: Stamp): Result<ReplayedLeaf, InvalidLeaf> {
    if (!this.#isEpochClosedBefore(stamp)) return err({ type: "EpochLeafWrong" });
    const application = applyRecord(this.#suite, this.#stateFor(stamp), leaf);
    if (!application.ok) return err({ type: "RecordNotAuthentic", fault: application.error.type });
    const { outcome, record, changes } = application.value;
    if (outcome !== stamp.outcome) return err({ type: "OutcomeWrong", stamped: stamp.outcome, due: outcome });
    const needsResults = record.content.kind === "read" && outcome === "applied";
    if (needsResults !== (stamp.results !== null)) return err({ type: "StampWrong", field: "results" });
    return this.#take(leaf, stamp, changes, application.value);
  }

  #appendEpochLeaf(leaf: Leaf, stamp: Stamp): Result<ReplayedLeaf, InvalidLeaf> {
    const parsed = parseEpochLeafRecord(leaf.record);
    if (!parsed.ok) return err({ type: "LeafNotCanonical" });
    const { log, content } = parsed.value;
    const last = readMapEntry(this.#suite, this.entriesAt(this.size), { kind: "epoch" });
    // It closes the epoch of the leaves before it, once, and there is something to close.
    const isRight =
      equalBytes(log, this.log.id) &&
      content.body.epoch === stamp.epoch &&
      this.#lastStamp?.epoch === stamp.epoch &&
      (last === undefined || last[0] < stamp.epoch) &&
      stamp.outcome === "applied" &&
      stamp.results === null;
    if (!isRight) return err({ type: "EpochLeafWrong" });
    return this.#take(leaf, stamp, [epochLeafChange(this.#suite, content.body.epoch, this.size)], null);
  }

  /** No record of a later epoch before the epoch leaf of the one before it. */
  #isEpochClosedBefore(stamp: Stamp): boolean {
    const last = this.#lastStamp;
    if (!last) return true;
    const closed = readMapEntry(this.#suite, this.entriesAt(this.size), { kind: "epoch" })?.[0] ?? -1;
    return stamp.epoch === last.epoch ? closed < stamp.epoch : closed === last.epoch;
  }

  #take(
    leaf: Leaf,
    stamp: Stamp,
    changes: readonly MapChange[],
    application: Application | null,
  ): Result<ReplayedLeaf, InvalidLeaf> {
    const map = this.#mapWith(changes);
    if (!equalBytes(rootHash(map), stamp.mapRoot)) return err({ type: "MapRootWrong" });
    const index = this.size;
    this.#map = map;
    this.#tree.append(leafHashOf(this.#suite, leaf));
    for (const { key, value } of changes) {
      const name = toHex(key);
      const history = this.log.kind === "organization" ? this.#values.get(name) : undefined;
      if (history) history.push({ size: this.size, value });
      else this.#values.set(name, [{ size: this.size, value }]);
    }
    if (this.#lastStamp?.epoch !== stamp.epoch) this.#epochs.push({ index, epoch: stamp.epoch });
    this.#lastStamp = stamp;
    this.#organizationFloor = Math.max(stamp.organizationSize, application?.record.seenOrganization[0] ?? 0);
    return ok({ index, leaf, stamp, application });
  }

  #stateFor(stamp: Stamp): LogState {
    const { organization, sealedHashAt } = this.#sources;
    const entries = this.entriesAt(this.size);
    return {
      log: this.log,
      size: this.size,
      entries,
      organization: organization ? organization.entriesAt(stamp.organizationSize) : entries,
      rootAt: (size) => (size <= this.size ? this.root(size) : undefined),
      organizationRootAt: (size) =>
        organization && size <= organization.size ? organization.root(size) : undefined,
      sealedHashAt,
      epoch: stamp.epoch,
      organizationSize: stamp.organizationSize,
    };
  }
}

/** What an epoch leaf changes in the map. */
export function epochLeafChange(suite: Pick<CryptoSuite, "sha256">, epoch: number, index: number): MapChange {
  return createMapChange(suite, { kind: "epoch" }, "epoch", [epoch, index]);
}
