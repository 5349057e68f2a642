import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  type Claim,
  type Evidence,
  encodeEvidence,
  type Registration,
  type Voucher,
} from "#protocol/evidence/evidence.ts";
import { encodeNoteBody, epochSlotKeyOf, type Head, signNote } from "#protocol/log/head.ts";
import { instanceIdOf } from "#protocol/log/identifiers.ts";
import { encodeLeaf, encodeStamp, parseLeaf, type Stamp } from "#protocol/log/leaf.ts";
import { type MapEntryName, mapKeyOf } from "#protocol/log/map-entry.ts";
import type { ProvenEntry, ProvenLeaf } from "#protocol/log/receipt.ts";
import type { RecordContent, SignedRecord } from "#protocol/log/record.ts";
import { type MemoryLog, namedBytes, Person } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { unwrap } from "#protocol/result.ts";
import { createAnchoredLedger } from "./anchored-ledger.ts";

export const suite = await createProductSuite();
export const HASH: Bytes = new Uint8Array(32).fill(7);

export interface World {
  readonly organization: MemoryLog;
  readonly workspace: MemoryLog;
  readonly alice: Person;
  readonly bob: Person;
  /** A reader of the workspace. */
  readonly carol: Person;
  /** Registered in the organization, no member of the workspace. */
  readonly dave: Person;
}

/** The same logs each time, so two worlds that then go different ways are a fork. */
export function createWorld(): World {
  const { organization, workspace, alice, bob } = createMemoryWorld(suite);
  const [carol, dave] = [new Person(suite, "carol"), new Person(suite, "dave")];
  for (const person of [carol, dave]) {
    const boxKey = namedBytes(suite, "box");
    const profile = "standard";
    const { user } = person;
    alice.act(organization, null, { kind: "user", body: { user, boxKey, profile, profileHash: HASH } });
    const verifyKey = suite.verifyKeyOf(person.deviceSecret);
    alice.act(organization, null, { kind: "device", body: { user, verifyKey, labelHash: HASH } });
  }
  const body = { user: carol.user, role: "reader", ringHash: HASH } as const;
  alice.act(workspace, organization, { kind: "role", body });
  return { organization, workspace, alice, bob, carol, dave };
}

export function write(manifest: Bytes, base: Base, text: string): RecordContent {
  return {
    kind: "write",
    body: {
      items: [
        {
          manifest,
          baseVersion: base.version,
          baseRecord: base.record,
          contentHash: namedBytes(suite, text),
          sizeBytes: 1,
          keyIndex: 0,
          tombstone: false,
        },
      ],
      guards: [],
    },
  };
}

export const FILE = namedBytes(suite, "file").slice(0, 16);
/** Version and record hash that a write builds on. */
export interface Base {
  readonly version: number;
  readonly record: Bytes;
}

export const NO_BASE: Base = { version: 0, record: new Uint8Array(32) };
export const instanceSecret = namedBytes(suite, "instance");
export const otherInstanceSecret = namedBytes(suite, "other instance");

export function noteOf(log: MemoryLog, size: number = log.size, secret: Bytes = instanceSecret): Voucher {
  const head = { log: log.identity.id, size, root: log.tree.root(size) };
  return { kind: "note", body: { note: signNote(suite, head, secret) } };
}

export function headOf(log: MemoryLog, size: number = log.size): Head {
  return { log: log.identity.id, size, root: log.tree.root(size) };
}

export function leafOf(log: MemoryLog, index: number, size: number = log.size): ProvenLeaf {
  const leaf = log.leaves[index];
  if (!leaf) throw new RangeError(`no leaf ${index}`);
  return { leaf, index, inclusionPath: log.tree.inclusionPath(index, size) };
}

export function entriesOf(log: MemoryLog, size: number, names: readonly MapEntryName[]): ProvenEntry[] {
  return log.prove(
    names.map((name) => mapKeyOf(suite, name)),
    size,
  );
}

function genesisOf(log: MemoryLog): SignedRecord {
  const { record, signature } = unwrap(parseLeaf(log.leaves[0] ?? new Uint8Array(0)));
  return { record, signature };
}

/** What the organization's log says of a device after `size` leaves, in its head of `headSize`. */
export function registrationOf(
  log: MemoryLog,
  device: Bytes,
  size: number = log.size,
  headSize: number = log.size,
): Registration {
  const entries = entriesOf(log, size, [{ kind: "registeredDevice", id: device }]);
  return { head: noteOf(log, headSize), leaf: leafOf(log, size - 1, headSize), entries };
}

/** A log that goes on dishonestly: the honest leaves, and one that the server made as it liked. */
export function forge(
  log: MemoryLog,
  change: { readonly signed?: SignedRecord; readonly stamp?: Partial<Stamp>; readonly bytes?: Bytes },
) {
  const index = log.size;
  const stamp: Stamp = {
    index,
    serverTime: log.time,
    instance: instanceIdOf(suite, suite.verifyKeyOf(instanceSecret)),
    epoch: log.epoch,
    organizationSize: log.stamps.at(-1)?.organizationSize ?? 0,
    mapRoot: rootHash(log.map),
    outcome: "applied",
    results: null,
    ...change.stamp,
  };
  const signed = change.signed ?? { record: new Uint8Array(0), signature: new Uint8Array(0) };
  const bytes = change.bytes ?? encodeLeaf({ ...signed, stamp: encodeStamp(stamp) });
  const tree = new MerkleTree(suite.sha256);
  for (let i = 0; i < index; i++) tree.append(log.tree.leafHash(i));
  tree.append(leafHash(suite.sha256, bytes));
  const head: Head = { log: log.identity.id, size: tree.size, root: tree.root() };
  const proven = (at: number, leaf: Bytes): ProvenLeaf => ({
    leaf,
    index: at,
    inclusionPath: tree.inclusionPath(at, tree.size),
  });
  const voucher: Voucher = { kind: "note", body: { note: signNote(suite, head, instanceSecret) } };
  const last = log.leaves[index - 1];
  return {
    head,
    tree,
    voucher,
    leaf: proven(index, bytes),
    before: last ? proven(index - 1, last) : null,
    entries: (names: readonly MapEntryName[]) => entriesOf(log, index, names),
  };
}

/** Trees of epochs over logs, as a deployment makes them, and slots in them. */
export function epochTree(heads: readonly Head[]): PrefixMap {
  return setEntries(
    suite.sha256,
    emptyPrefixMap,
    heads.map((head) => ({
      key: epochSlotKeyOf(suite, head.log),
      valueHash: suite.sha256(encodeNoteBody(head)),
    })),
  );
}

export function slotOf(tree: PrefixMap, epoch: number, head: Head) {
  const proof = proveEntry(tree, epochSlotKeyOf(suite, head.log));
  return { epoch, noteBody: encodeNoteBody(head), proof };
}

export function slotVoucher(tree: PrefixMap, epoch: number, head: Head): Voucher {
  return { kind: "slot", body: slotOf(tree, epoch, head) };
}

export type AnchoredLedger = Awaited<ReturnType<typeof createAnchoredLedger>>;

/** A ledger with one epoch for each tree; the first instance's key is retired at an epoch, if one is given. */
export async function anchor(
  trees: readonly PrefixMap[],
  retiredAt: number | null = null,
): Promise<AnchoredLedger> {
  const ledger = await createAnchoredLedger(suite, [instanceSecret, otherInstanceSecret]);
  if (retiredAt !== null) await ledger.retire(instanceSecret, retiredAt);
  const signer = retiredAt === null ? instanceSecret : otherInstanceSecret;
  for (const tree of trees) await ledger.publishRecord(ledger.nextRecord(rootHash(tree)), signer);
  return ledger;
}

export interface Subject {
  readonly claim: Claim;
  /** Undefined where the claim is about the deployment as a whole. */
  readonly log?: MemoryLog;
  readonly organization: MemoryLog;
  readonly withGenesis?: boolean;
}

export async function evidenceOf(ledger: AnchoredLedger, subject: Subject): Promise<Evidence> {
  const { claim, log, organization, withGenesis = false } = subject;
  return {
    v: 1,
    anchor: ledger.anchor,
    ledger: [await ledger.bundle()],
    organization: organization.identity.id,
    log: log ? log.identity.id : new Uint8Array(32),
    claim,
    reporter: null,
    genesis: withGenesis && log ? genesisOf(log) : null,
  };
}

export async function encodedEvidence(ledger: AnchoredLedger, subject: Subject): Promise<Bytes> {
  return encodeEvidence(await evidenceOf(ledger, subject));
}
