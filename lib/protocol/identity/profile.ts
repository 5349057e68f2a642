import { type Bytes, concatBytes, equalBytes } from "../bytes/bytes.ts";
import { bytes, codec, type Infer, struct, text } from "../codec/schema.ts";
import { contextBytes, hashInContext } from "../crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * Names of people, devices and organizations. The log holds a salted hash, so that it can be proven which name
 * was meant without telling it; the name itself travels as a blob under the organization key.
 */
const profileSchema = struct({ salt: [1, bytes(16)], name: [2, text(255)] });
type Profile = Infer<typeof profileSchema>;

export interface SealedProfile {
  /** SHA-256(ctx ‖ salt ‖ name), as a record holds it. */
  readonly hash: Bytes;
  /** nonce ‖ XChaCha20-Poly1305 under the organization key, with the hash as associated data. */
  readonly ciphertext: Bytes;
}

export type ProfileError = { readonly type: "ProfileNotAuthentic" };

const NONCE_BYTES = 24;
const profileCodec = codec(profileSchema, 512);

export function sealProfile(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  name: string,
  organizationKey: Bytes,
): SealedProfile {
  const profile = profileCodec.encode({ salt: randomBytes(16), name });
  const hash = hashInContext(suite, "profile", profile);
  const nonce = randomBytes(NONCE_BYTES);
  const sealed = suite.aeadEncrypt(profile, associatedData(hash), nonce, organizationKey);
  return { hash, ciphertext: concatBytes(nonce, sealed) };
}

export function openProfile(
  suite: CryptoSuite,
  sealed: SealedProfile,
  organizationKey: Bytes,
): Result<Profile, ProfileError> {
  const failed = err({ type: "ProfileNotAuthentic" } as const);
  if (sealed.ciphertext.length < NONCE_BYTES) return failed;
  const nonce = sealed.ciphertext.subarray(0, NONCE_BYTES);
  const body = sealed.ciphertext.subarray(NONCE_BYTES);
  const opened = suite.aeadDecrypt(body, associatedData(sealed.hash), nonce, organizationKey);
  if (opened === undefined || !equalBytes(hashInContext(suite, "profile", opened), sealed.hash))
    return failed;
  const profile = profileCodec.decode(opened);
  return profile.ok ? ok(profile.value) : failed;
}

function associatedData(hash: Bytes): Bytes {
  return concatBytes(contextBytes("profile-blob"), hash);
}
