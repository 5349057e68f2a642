import { type Bytes, concatBytes, encodeUint64, equalBytes } from "../bytes/bytes.ts";
import { array, boolean, bytes, bytesUpTo, codec, type Infer, literal, struct } from "../codec/schema.ts";
import { contextBytes } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { KEY_BYTES } from "../log/identifiers.ts";
import { err, ok, type Result } from "../result.ts";

const MAX_KEYS = 1000;
export const keysSchema = array(bytes(KEY_BYTES), MAX_KEYS);

/** All keys of a workspace by index, as one member gets them. */
const keyRingSchema = struct({
  v: [1, literal(1)],
  keys: [2, keysSchema],
  /** True for the workspace that holds the user manifest and nothing else. */
  isPersonal: [3, boolean],
  /** The granter's newest head of the log as a signed note; empty in a genesis, where there is none. */
  head: [4, bytesUpTo(MAX_NOTE_BYTES)],
});
export type KeyRing = Infer<typeof keyRingSchema>;

export type KeyRingError =
  | { readonly type: "RingHashWrong" }
  | { readonly type: "RingNotForMe" }
  | { readonly type: "RingMalformed" }
  | { readonly type: "RingKeyNotCommitted"; readonly keyIndex: number };

const ringCodec = codec(keyRingSchema, 64 * 1024);

/**
 * BLAKE2b-256(ctx ‖ log ‖ keyIndex ‖ key): sealed boxes are anonymous, so without this commitment in a signed
 * record a server could hand out a key of its own. Key 0 is committed to inside the genesis, from which the log's
 * id is made, so its commitment has zeros for the log.
 */
export function keyCommitmentOf(
  suite: Pick<CryptoSuite, "blake2b">,
  log: Bytes,
  keyIndex: number,
  key: Bytes,
): Bytes {
  const named = keyIndex === 0 ? new Uint8Array(32) : log;
  const message = concatBytes(contextBytes("key-commitment"), named, encodeUint64(BigInt(keyIndex)), key);
  return suite.blake2b(message, new Uint8Array(0), 32);
}

/** The sealed box for one member, and the hash that a record commits to. */
export function sealKeyRing(
  suite: Pick<CryptoSuite, "sealTo" | "sha256">,
  ring: KeyRing,
  boxKey: Bytes,
): { readonly ciphertext: Bytes; readonly ringHash: Bytes } {
  const ciphertext = suite.sealTo(ringCodec.encode(ring), boxKey);
  return { ciphertext, ringHash: suite.sha256(ciphertext) };
}

/** Opens a ring that a record names, and takes it only if every key is the one the log's records commit to. */
export function openKeyRing(
  suite: Pick<CryptoSuite, "openSealed" | "sha256" | "blake2b">,
  input: {
    readonly log: Bytes;
    readonly ciphertext: Bytes;
    readonly ringHash: Bytes;
    readonly boxSecretKey: Bytes;
    /** By key index, from the genesis and the rotation records. */
    readonly commitments: readonly Bytes[];
  },
): Result<KeyRing, KeyRingError> {
  if (!equalBytes(suite.sha256(input.ciphertext), input.ringHash)) return err({ type: "RingHashWrong" });
  const opened = suite.openSealed(input.ciphertext, input.boxSecretKey);
  if (opened === undefined) return err({ type: "RingNotForMe" });
  const ring = ringCodec.decode(opened);
  if (!ring.ok) return err({ type: "RingMalformed" });
  for (const [keyIndex, key] of ring.value.keys.entries()) {
    const committed = input.commitments[keyIndex];
    if (!committed || !equalBytes(keyCommitmentOf(suite, input.log, keyIndex, key), committed)) {
      return err({ type: "RingKeyNotCommitted", keyIndex });
    }
  }
  return ok(ring.value);
}
