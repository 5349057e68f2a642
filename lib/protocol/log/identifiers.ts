import type { Bytes } from "../bytes/bytes.ts";
import { bytes } from "../codec/schema.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";

/** Who and what, as bytes. Ids of keys are derived from the keys; ids of things are random. */
export const ID_BYTES = 16;
export const HASH_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const KEY_BYTES = 32;

export const idSchema = bytes(ID_BYTES);
export const hashSchema = bytes(HASH_BYTES);
export const keySchema = bytes(KEY_BYTES);

type Hasher = Pick<CryptoSuite, "sha256">;

/** First 16 bytes of SHA-256(ctx ‖ Ed25519 verify key): nobody can register another key under this id. */
export function deviceIdOf(suite: Hasher, verifyKey: Bytes): Bytes {
  return hashInContext(suite, "device-id", verifyKey).slice(0, ID_BYTES);
}

/** The organization root signs the first leaves like a device of its own, under this id. */
export function rootIdOf(suite: Hasher, rootKey: Bytes): Bytes {
  return hashInContext(suite, "root-id", rootKey).slice(0, ID_BYTES);
}

export function instanceIdOf(suite: Hasher, verifyKey: Bytes): Bytes {
  return hashInContext(suite, "instance-id", verifyKey).slice(0, ID_BYTES);
}

/** SHA-256(ctx ‖ genesis record ‖ its signature): a log's name fixes its first leaf and thereby its organization. */
export function logIdOf(suite: Hasher, genesisRecord: Bytes, signature: Bytes): Bytes {
  return hashInContext(suite, "log-id", genesisRecord, signature);
}

/** SHA-256(ctx ‖ record ‖ signature): how map values, results and later records name an operation. */
export function recordHashOf(suite: Hasher, record: Bytes, signature: Bytes): Bytes {
  return hashInContext(suite, "record-hash", record, signature);
}

/** A block is named by the SHA-256 of its ciphertext, so every store can check what it holds. */
export function blockIdOf(suite: Hasher, ciphertext: Bytes): Bytes {
  return suite.sha256(ciphertext);
}
