import { type Bytes, equal, hex } from "./bytes.ts";
import type { ProvenEntry, ProvenLeaf, Voucher } from "./evidence-parts.ts";
import { type Leaf, parseLeaf } from "./leaf.ts";
import type { AnchoredEpoch, Statement } from "./ledger.ts";
import { mapKey } from "./log-map.ts";
import { type Head, parseNoteBody, verifyNote } from "./note.ts";
import { isProven } from "./prefix-map.ts";
import { sha256 } from "./sha256.ts";
import type { Steps } from "./steps.ts";
import { isIncluded, leafHash } from "./tree.ts";
import type { Accused, StepName } from "./verdict.ts";

/** What all bundles of a file prove together. */
export interface Ledger {
  readonly deployment: Bytes;
  /** Every key that ever was an instance's, by the newest bundle. */
  readonly registeredKeys: readonly Bytes[];
  readonly epochs: ReadonlyMap<number, AnchoredEpoch>;
  /** Of the newest bundle: how many epochs there are, and how long one may take. */
  readonly epochCount: number;
  readonly policy: Pick<Statement["policy"], "epochLengthMs" | "idleEpochLengthMs">;
  /** Time of the oldest and of the newest bundle's newest header. */
  readonly firstKnownNs: bigint;
  readonly asOfNs: bigint;
}

/** Everything a claim is judged by. */
export interface Case {
  readonly steps: Steps;
  readonly ledger: Ledger;
  /** The log accused. */
  readonly log: Bytes;
  readonly organization: Bytes;
  /** What the log's first record makes of it; null where the file does not have that record. */
  readonly logKind: "organization" | "workspace" | null;
}

/** Whether the claim holds, and whom it accuses. */
export interface Finding {
  readonly contradicts: boolean;
  readonly accused: Accused;
}

/** Who stands behind a head: the instance that signed it, or, for a slot, the deployment. */
export interface VouchedHead {
  readonly head: Head;
  readonly signer: Bytes | null;
}

/** A head of the log by a note or a slot. What a record says it had seen needs another head: `claims/contradiction.ts`. */
export async function vouchedHead(
  { ledger }: Case,
  log: Bytes,
  voucher: Voucher,
): Promise<VouchedHead | undefined> {
  switch (voucher.kind) {
    case "note": {
      const signed = await verifyNote(voucher.note, ledger.registeredKeys);
      return signed && equal(signed.head.log, log) ? { head: signed.head, signer: signed.key } : undefined;
    }
    case "slot": {
      const head = parseNoteBody(voucher.body);
      const epoch = ledger.epochs.get(voucher.epoch);
      if (!head || !epoch || !equal(head.log, log)) return undefined;
      const claim = { key: mapKey.epochSlot(log), valueHash: sha256(voucher.body), proof: voucher.proof };
      return isProven(epoch.root, claim) ? { head, signer: null } : undefined;
    }
    case "seen":
      return undefined;
  }
}

/** As `vouchedHead`, as a step of the proof. */
export async function needHead(
  file: Case,
  voucher: Voucher,
  name: StepName = "headIsVouchedFor",
  log: Bytes = file.log,
): Promise<VouchedHead> {
  const vouched = await vouchedHead(file, log, voucher);
  return file.steps.need(name, vouched, vouched && describeHead(vouched));
}

export function describeHead({ head, signer }: VouchedHead): string {
  const by = signer ? `signed by ${hex(signer)}` : "anchored";
  return `size ${head.size}, root ${hex(head.root)}, ${by}`;
}

/** One key on both sides accuses that instance; anything else accuses the deployment that registered the keys. */
export function blame({ ledger }: Case, ...signers: readonly (Bytes | null)[]): Accused {
  const [first] = signers;
  return first && signers.every((signer) => signer !== null && equal(signer, first))
    ? { role: "instance", key: hex(first) }
    : { role: "deployment", id: hex(ledger.deployment) };
}

export function isLeafIn(head: Head, { bytes, index, path }: ProvenLeaf): boolean {
  return isIncluded(leafHash(bytes), index, path, head);
}

/** A leaf that is included in the head and readable. */
export function needLeaf(file: Case, head: Head, leaf: ProvenLeaf, name: StepName): Leaf {
  file.steps.need(name, isLeafIn(head, leaf), `index ${leaf.index} of ${head.size}`);
  return file.steps.need("recordIsReadable", parseLeaf(leaf.bytes));
}

/** Entries of a map, of which some may be proven absent. */
export class Entries {
  readonly #entries: readonly ProvenEntry[];

  constructor(entries: readonly ProvenEntry[]) {
    this.#entries = entries;
  }

  /** The value; null where absence is proven, undefined where nothing is. */
  get(key: Bytes): Bytes | null | undefined {
    return this.#entries.find((entry) => equal(entry.key, key))?.value;
  }

  /** As `get`, parsed. */
  read<T>(key: Bytes, parse: (value: Bytes) => T | undefined): T | null | undefined {
    const value = this.get(key);
    return value === null || value === undefined ? value : parse(value);
  }

  get claims() {
    return this.#entries.map(claimOf);
  }
}

export function needEntries(file: Case, mapRoot: Bytes, entries: readonly ProvenEntry[]): Entries {
  const proven = entries.every((entry) => isProven(mapRoot, claimOf(entry)));
  file.steps.need("entriesAreProven", proven, `${entries.length} under ${hex(mapRoot)}`);
  return new Entries(entries);
}

function claimOf({ key, value, proof }: ProvenEntry) {
  return { key, valueHash: value === null ? null : sha256(value), proof };
}
