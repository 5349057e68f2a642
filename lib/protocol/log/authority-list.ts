import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import type { LogIdentity } from "./apply-record.ts";
import { decideWorkspaceRecord } from "./apply-workspace.ts";
import { authenticateDevice } from "./authenticate.ts";
import { authorityChange, isAuthorityKind } from "./authority.ts";
import { logIdOf, recordHashOf } from "./identifiers.ts";
import { parseLeaf, parseStamp, type Stamp } from "./leaf.ts";
import { type EntryReader, type MapChange, type MapValueOf, readMapEntry } from "./map-entry.ts";
import { EPOCHS_APPLIABLE, parseRecord, type Record, type Role, type SignedRecord } from "./record.ts";

/** Why a leaf has no place in the list: honest code would not have put it there. */
export type AuthorityFault =
  | { readonly type: "AuthorityLeafMalformed" }
  /** Not an applied authority record of this log, or not after the one before it. */
  | { readonly type: "AuthorityLeafMisplaced" }
  /** Not signed by an active device, or beyond what its user's role allowed. */
  | { readonly type: "AuthorityNotGranted" };

/**
 * The applied authority records of a workspace's log (its genesis, every role, every rotation), each judged by the
 * rules when it came in. Who had which role at which leaf follows from them, and from nothing that a server drew: a
 * role that no member gave is not in the list. That none is missing is for the map's `authority` entry to say.
 *
 * A record's place in its author's chain and what it says it has seen are left to the replay.
 */
export class AuthorityList {
  readonly log: LogIdentity;
  readonly #suite: CryptoSuite;
  readonly #entries = new Map<string, Bytes>();
  /** After each record: its index, and the log's `authority` entry. */
  readonly #states: { readonly index: number; readonly entry: MapValueOf<"authority"> }[] = [];
  /** Of each user every role, with the leaf from which on it held. */
  readonly #roles = new Map<string, { readonly index: number; readonly role: Role | null }[]>();
  readonly #lastSeq = new Map<string, number>();
  #lastStamp: Stamp | undefined;

  constructor(suite: CryptoSuite, log: LogIdentity) {
    this.#suite = suite;
    this.log = log;
  }

  get count(): number {
    return this.#states.length;
  }

  /**
   * Takes in the next leaf. The caller has found it included under a head, at this index. `organization` is the
   * organization's map at the stamp's organizationSize. After an error the list stands where it stood.
   */
  append(leafBytes: Bytes, index: number, organization: EntryReader): Result<null, AuthorityFault> {
    const suite = this.#suite;
    const leaf = parseLeaf(leafBytes);
    const record = leaf.ok ? parseRecord(leaf.value.record) : undefined;
    const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
    if (!leaf.ok || record?.ok !== true || stamp?.ok !== true) return err({ type: "AuthorityLeafMalformed" });
    if (!this.#isNext(leaf.value, record.value, stamp.value, index))
      return err({ type: "AuthorityLeafMisplaced" });
    const signer = authenticateDevice(suite, "workspace", organization, record.value, leaf.value);
    if (!signer.ok) return err({ type: "AuthorityNotGranted" });
    const recordHash = recordHashOf(suite, leaf.value.record, leaf.value.signature);
    const state = { log: this.log, size: index, entries: this.#read, organization };
    const decision = decideWorkspaceRecord(suite, state, record.value, signer.value, recordHash);
    if (!decision.ok || decision.value.outcome !== "applied") return err({ type: "AuthorityNotGranted" });
    const { changes, memberCount } = decision.value;
    this.#take([...changes, authorityChange(suite, this.#read, recordHash, memberCount)], index);
    this.#noteRole(record.value, index);
    this.#lastSeq.set(toHex(record.value.device), record.value.seq);
    this.#lastStamp = stamp.value;
    return ok(null);
  }

  /** Whether a log of `size` leaves with this `authority` entry has exactly the listed records that stand below it. */
  agreesWith([count, chain, members]: MapValueOf<"authority">, size: number): boolean {
    const newest = this.#states[count - 1];
    const next = this.#states[count];
    if (!newest || newest.index >= size || (next && next.index < size)) return false;
    return equalBytes(newest.entry[1], chain) && newest.entry[2] === members;
  }

  /** What the user might do when the log had `size` leaves; null for one who was no member. */
  roleAt(user: Bytes, size: number): Role | null {
    return this.#roles.get(toHex(user))?.findLast(({ index }) => index < size)?.role ?? null;
  }

  readonly #read: EntryReader = (key) => this.#entries.get(toHex(key));

  #isNext(signed: SignedRecord, record: Record, stamp: Stamp, index: number): boolean {
    const last = this.#lastStamp;
    const { kind } = record.content;
    const isOfThisLog = last
      ? equalBytes(record.log, this.log.id)
      : isZero(record.log) && equalBytes(logIdOf(this.#suite, signed.record, signed.signature), this.log.id);
    const isAfter = last
      ? index > last.index && stamp.epoch >= last.epoch && stamp.organizationSize >= last.organizationSize
      : index === 0;
    return (
      isOfThisLog &&
      isAfter &&
      isAuthorityKind(kind) &&
      (kind === "workspaceGenesis") === (last === undefined) &&
      stamp.index === index &&
      stamp.outcome === "applied" &&
      stamp.epoch <= record.sealedEpoch + EPOCHS_APPLIABLE &&
      stamp.organizationSize >= record.seenOrganization[0] &&
      // The same record a second time would bring back a role that was taken away since.
      record.seq > (this.#lastSeq.get(toHex(record.device)) ?? -1)
    );
  }

  #take(changes: readonly MapChange[], index: number): void {
    for (const { key, value } of changes) this.#entries.set(toHex(key), value);
    const entry = readMapEntry(this.#suite, this.#read, { kind: "authority" });
    if (entry) this.#states.push({ index, entry });
  }

  #noteRole({ content }: Record, index: number): void {
    if (content.kind === "workspaceGenesis") this.#addRole(content.body.owner, "owner", index);
    if (content.kind === "role") this.#addRole(content.body.user, content.body.role, index);
  }

  #addRole(user: Bytes, role: Role | null, index: number): void {
    const name = toHex(user);
    const roles = this.#roles.get(name);
    if (roles) roles.push({ index, role });
    else this.#roles.set(name, [{ index, role }]);
  }
}
