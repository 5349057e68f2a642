import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { promisify } from "node:util";
import { type Bytes, concatBytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { contextBytes } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { isWeakVerifyKey } from "#protocol/crypto/weak-keys.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { Record, SignedRecord } from "#protocol/log/record.ts";
import { packHash } from "#protocol/prefix-map/packed-hash.ts";
import type { LogCache } from "./log-cache.ts";

/**
 * The suite to decide a record with: where its signature was found good already, this one answer takes no time.
 * `applyRecord` still asks the question, with the key that the map has at its turn.
 */
export type EarlySuite = (log: Bytes, record: Record, signed: SignedRecord) => Promise<CryptoSuite>;

/** Device keys kept ready: making one ready takes as long as one verification. */
const MAX_READY_KEYS = 4096;

/** Verifies signatures beside the main thread while their records wait for their turn. */
export function createEarlySuite(suite: CryptoSuite, cache: LogCache): EarlySuite {
  const readyKeys = new ReadyKeys();

  const registeredKey = async (log: Bytes, device: Bytes): Promise<Bytes | undefined> => {
    const live = await cache.get(log);
    const organization = live && (await cache.get(live.identity.organization));
    const name = { kind: "registeredDevice", id: device } as const;
    return organization && readMapEntry(suite, organization.entries, name)?.[1];
  };

  const prepare: EarlySuite = async (log, record, { record: encoded, signature }) => {
    const verifyKey = await registeredKey(log, record.device);
    if (!verifyKey) return suite;
    const message = concatBytes(contextBytes("record"), encoded);
    if (!(await verifyNatively(message, signature, verifyKey, readyKeys))) return suite;
    return {
      ...suite,
      verify: (asked, askedSignature, askedKey) =>
        (equalBytes(askedKey, verifyKey) &&
          equalBytes(askedSignature, signature) &&
          equalBytes(asked, message)) ||
        suite.verify(asked, askedSignature, askedKey),
    };
  };

  // What fails here fails again, and is answered, when the record is decided.
  return (log, record, signed) => prepare(log, record, signed).catch(() => suite);
}

/**
 * Ed25519 by OpenSSL, in libuv's threads. It asks for S < L and compares encodings as libsodium does, but takes keys
 * and R of small order and keys that are not canonical: those are excluded here. So true means that the suite's rule
 * is met; false and everything odd is for the suite to judge.
 */
export async function verifyNatively(
  message: Bytes,
  signature: Bytes,
  verifyKey: Bytes,
  readyKeys: ReadyKeys,
): Promise<boolean> {
  if (isWeakVerifyKey(signature.subarray(0, 32))) return false;
  const key = readyKeys.get(verifyKey);
  return key !== undefined && verifyInThread(null, message, key, signature).catch(() => false);
}

/** Keys as OpenSSL wants them, the longest unused dropped first. */
export class ReadyKeys {
  readonly #keys = new Map<string, KeyObject>();

  /** Undefined for a key that nobody may have. */
  get(verifyKey: Bytes): KeyObject | undefined {
    const name = packHash(verifyKey);
    const known = this.#keys.get(name);
    if (!known && isWeakVerifyKey(verifyKey)) return undefined;
    const key =
      known ??
      createPublicKey({ key: Buffer.concat([SPKI_ED25519_PREFIX, verifyKey]), format: "der", type: "spki" });
    this.#keys.delete(name);
    this.#keys.set(name, key);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= MAX_READY_KEYS) break;
      this.#keys.delete(oldest);
    }
    return key;
  }
}

const verifyInThread = promisify(verify);

/** RFC 8410 §4: what stands before the key itself. */
const SPKI_ED25519_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
