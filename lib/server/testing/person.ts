import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { hashInContext } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { deviceIdOf, recordHashOf } from "#protocol/log/identifiers.ts";
import { type Receipt, type VerifiedReceipt, verifyReceipt } from "#protocol/log/receipt.ts";
import { type Record, type RecordContent, type SignedRecord, signRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";

/** 32 bytes that depend on nothing but a name: keys, ids and hashes of people in tests. */
export function namedBytes(suite: Pick<CryptoSuite, "sha256">, name: string): Bytes {
  return hashInContext(suite, "test-name", encodeUtf8(name));
}

export interface SignedDraft {
  readonly log: Bytes;
  readonly record: Record;
  readonly signed: SignedRecord;
}

/** What the ledger has sealed, as far as everybody in the test knows. */
export interface Sealed {
  epoch: number;
  hash: Bytes;
}

/** The log a record is for: an organization's, or a workspace's with its organization. */
export interface Place {
  readonly log: Bytes;
  /** Null in the organization's own log. */
  readonly organization: Bytes | null;
}

/**
 * A person with one device, which keeps its chain and its newest verified head in each log as a real one does:
 * every receipt is verified before it is believed.
 */
export class Person {
  readonly name: string;
  readonly user: Bytes;
  readonly boxKey: Bytes;
  readonly deviceSecret: Bytes;
  readonly verifyKey: Bytes;
  readonly device: Bytes;
  incarnation: Bytes;
  readonly #suite: CryptoSuite;
  readonly #sealed: Sealed;
  readonly #instanceKeys: readonly Bytes[];
  readonly #chains = new Map<string, { seq: number; prev: Bytes }>();
  readonly #heads = new Map<string, { size: number; root: Bytes }>();

  constructor(suite: CryptoSuite, name: string, sealed: Sealed, instanceKeys: readonly Bytes[]) {
    this.#suite = suite;
    this.#sealed = sealed;
    this.#instanceKeys = instanceKeys;
    this.name = name;
    this.user = namedBytes(suite, `${name}/user`).slice(0, 16);
    this.boxKey = suite.boxKeyOf(namedBytes(suite, `${name}/box`));
    this.deviceSecret = namedBytes(suite, `${name}/device`);
    this.verifyKey = suite.verifyKeyOf(this.deviceSecret);
    this.device = deviceIdOf(suite, this.verifyKey);
    this.incarnation = namedBytes(suite, `${name}/incarnation`).slice(0, 16);
  }

  /** The next record of this device in the log, signed; `log` null makes a genesis. */
  draft(place: Place | null, content: RecordContent, changed: Partial<Record> = {}): SignedDraft {
    const chain = place && this.#chains.get(toHex(place.log));
    const seen = place && this.#heads.get(toHex(place.log));
    const organization = place?.organization ? this.#heads.get(toHex(place.organization)) : undefined;
    const record: Record = {
      v: 1,
      log: place?.log ?? ZERO_HASH,
      device: this.device,
      incarnation: this.incarnation,
      seq: chain ? chain.seq + 1 : 0,
      prev: chain?.prev ?? ZERO_HASH,
      seenSize: seen?.size ?? 0,
      seenRoot: seen?.root ?? ZERO_HASH,
      seenOrganization: organization ? [organization.size, organization.root] : [0, ZERO_HASH],
      sealedEpoch: this.#sealed.epoch,
      sealedHash: this.#sealed.hash,
      clientTime: 1_700_000_000_000,
      content,
      ...changed,
    };
    return { log: record.log, record, signed: signRecord(this.#suite, record, this.deviceSecret) };
  }

  /** Checks I1 and I2 on the receipt of this person's own record, then stands on it. */
  accept(log: Bytes, { record, signed }: Omit<SignedDraft, "log">, receipt: Receipt): VerifiedReceipt {
    const verified = this.verify(log, { record, signed }, receipt);
    const name = toHex(log);
    const known = this.#heads.get(name);
    if (known && known.size > verified.head.size)
      throw new Error("a receipt under an older head than one seen");
    if (equalBytes(record.device, this.device)) {
      this.#chains.set(name, {
        seq: record.seq,
        prev: recordHashOf(this.#suite, signed.record, signed.signature),
      });
    }
    this.see(log, verified.head);
    return verified;
  }

  /** The receipt's checks alone. */
  verify(log: Bytes, { record, signed }: Omit<SignedDraft, "log">, receipt: Receipt): VerifiedReceipt {
    const registry = this.#instanceKeys.map((key) => ({ key, fromEpoch: 0, retiredAt: null }));
    return unwrap(
      verifyReceipt(this.#suite, { log, signed, record, receipt, registry, isFirstAnswer: false }),
    );
  }

  /** A head that was verified elsewhere. */
  see(log: Bytes, head: { readonly size: number; readonly root: Bytes }): void {
    this.#heads.set(toHex(log), { size: head.size, root: head.root });
  }

  headOf(log: Bytes): { readonly size: number; readonly root: Bytes } | undefined {
    return this.#heads.get(toHex(log));
  }
}

const ZERO_HASH: Bytes = new Uint8Array(32);
