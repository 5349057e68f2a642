import type { Anchor } from "./anchor.ts";
import { type Bytes, equal, hex } from "./bytes.ts";
import type { ProvenEntry, ProvenLeaf, Voucher } from "./evidence-parts.ts";
import type { Foundation } from "./foundation.ts";
import { type Leaf, parseLeaf } from "./leaf.ts";
import type { AnchoredEpoch, Statement } from "./ledger.ts";
import { mapKey } from "./log-map.ts";
import { type Head, parseNoteBody, verifyNote } from "./note.ts";
import { isProven } from "./prefix-map.ts";
import { sha256 } from "./sha256.ts";
import type { Steps } from "./steps.ts";
import { isIncluded, leafHash } from "./tree.ts";
import type { Accused, StepName } from "./verdict.ts";

/** An instance's key, the first epoch that it may sign, and the first that it may not. */
export interface InstanceKey {
  readonly key: Bytes;
  readonly fromEpoch: number;
  readonly retiredAt: number | null;
}

/** What all bundles of a file prove together. */
export interface Ledger {
  /** What vouches for all of this. */
  readonly foundation: Foundation;
  /** The anchor from which the newest bundle follows. */
  readonly start: Anchor;
  readonly deployment: Bytes;
  /** Every key that ever was an instance's, by the newest bundle. */
  readonly registry: readonly InstanceKey[];
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
  /** Of the signer's key; null for a slot. */
  readonly retiredAt: number | null;
}

/** A head of the log by a note or a slot. What a record says it had seen needs another head: `claims/contradiction.ts`. */
export async function vouchedHead(
  { ledger }: Case,
  log: Bytes,
  voucher: Voucher,
): Promise<VouchedHead | undefined> {
  switch (voucher.kind) {
    case "note": {
      const signed = await verifyNote(voucher.note, ledger.registry);
      if (!signed || !equal(signed.head.log, log)) return undefined;
      const { key, retiredAt } = signed.by;
      return { head: signed.head, signer: key, retiredAt };
    }
    case "slot": {
      const head = parseNoteBody(voucher.body);
      const epoch = ledger.epochs.get(voucher.epoch);
      if (!head || !epoch || !equal(head.log, log)) return undefined;
      const claim = { key: mapKey.epochSlot(log), valueHash: sha256(voucher.body), proof: voucher.proof };
      return isProven(epoch.root, claim) ? { head, signer: null, retiredAt: null } : undefined;
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

/** Whether a key that is retired then could not sign in this epoch any more. */
export function isRetiredBy({ retiredAt }: Pick<InstanceKey, "retiredAt">, epoch: number): boolean {
  return retiredAt !== null && retiredAt <= epoch;
}

/**
 * A leaf that is included in the head; undefined where its bytes are no leaf. A head is younger than its leaves: one
 * that has a leaf of an epoch after its signer's last was signed by whoever had the key by then.
 */
export function needIncluded(
  { steps }: Case,
  vouched: VouchedHead,
  { bytes, index, path }: ProvenLeaf,
  name: StepName,
): Leaf | undefined {
  const { head, retiredAt } = vouched;
  steps.need(name, isIncluded(leafHash(bytes), index, path, head), `index ${index} of ${head.size}`);
  const leaf = parseLeaf(bytes);
  const isLate = leaf !== undefined && isRetiredBy(vouched, leaf.stamp.epoch);
  steps.expect("headIsVouchedFor", !isLate, `its key was retired at epoch ${retiredAt}, before that leaf's`);
  return leaf;
}

/** As `needIncluded`, and readable. */
export function needLeaf(file: Case, vouched: VouchedHead, leaf: ProvenLeaf, name: StepName): Leaf {
  return file.steps.need("recordIsReadable", needIncluded(file, vouched, leaf, name));
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
