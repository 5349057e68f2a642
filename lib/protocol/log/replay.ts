import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MerkleTree } from "../merkle/merkle-tree.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "../prefix-map/prefix-map.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type Application,
  applyRecord,
  type LogIdentity,
  type LogState,
  type RecordFault,
} from "./apply-record.ts";
import { type Leaf, leafHashOf, type Outcome, parseLeaf, parseStamp, type Stamp } from "./leaf.ts";
import { createMapChange, type EntryReader, type MapChange, readMapEntry } from "./map-entry.ts";
import { parseEpochLeafRecord } from "./record.ts";

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
  /** Per map key every value it ever had, with the size of the log from which it holds. */
  readonly #values = new Map<string, { readonly size: number; readonly value: Bytes }[]>();
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

  /** The map as it was when the log had `size` leaves. */
  entriesAt(size: number): EntryReader {
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
    const map = setEntries(
      this.#suite.sha256,
      this.#map,
      changes.map(({ key, value }) => ({ key, valueHash: this.#suite.sha256(value) })),
    );
    if (!equalBytes(rootHash(map), stamp.mapRoot)) return err({ type: "MapRootWrong" });
    const index = this.size;
    this.#map = map;
    this.#tree.append(leafHashOf(this.#suite, leaf));
    for (const { key, value } of changes) {
      const name = toHex(key);
      const history = this.#values.get(name);
      if (history) history.push({ size: this.size, value });
      else this.#values.set(name, [{ size: this.size, value }]);
    }
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
