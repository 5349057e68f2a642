import { type Bytes, concatBytes, encodeUint64 } from "../bytes/bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/text.ts";
import { contextBytes } from "../crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";

const NONCE_BYTES = 24;

/** Ciphertext of a workspace's name, as a NAME record carries it: nonce ‖ XChaCha20-Poly1305 of the UTF-8. */
export function encryptWorkspaceName(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  name: string,
  log: Bytes,
  keyIndex: number,
  key: Bytes,
): Bytes {
  const nonce = randomBytes(NONCE_BYTES);
  return concatBytes(nonce, suite.aeadEncrypt(encodeUtf8(name), associatedData(log, keyIndex), nonce, key));
}

export function decryptWorkspaceName(
  suite: CryptoSuite,
  ciphertext: Bytes,
  log: Bytes,
  keyIndex: number,
  key: Bytes,
): Result<string, { readonly type: "WorkspaceNameNotAuthentic" }> {
  const failed = err({ type: "WorkspaceNameNotAuthentic" } as const);
  if (ciphertext.length < NONCE_BYTES) return failed;
  const nonce = ciphertext.subarray(0, NONCE_BYTES);
  const opened = suite.aeadDecrypt(
    ciphertext.subarray(NONCE_BYTES),
    associatedData(log, keyIndex),
    nonce,
    key,
  );
  const name = opened && decodeUtf8(opened);
  return name?.ok === true ? ok(name.value) : failed;
}

function associatedData(log: Bytes, keyIndex: number): Bytes {
  return concatBytes(contextBytes("workspace-name"), log, encodeUint64(BigInt(keyIndex)));
}
