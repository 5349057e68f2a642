import { type Bytes, concatBytes } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";
import type { CryptoSuite } from "./suite.ts";

/**
 * Domain separation: whatever is signed, hashed or encrypted starts with `holdfast/v1/<kind>\0`, so bytes
 * made for one purpose mean nothing for another. Kinds contain no NUL, hence no context is a prefix of another.
 */
export function contextBytes(kind: string): Bytes {
  const known = CONTEXTS.get(kind);
  if (known) return known;
  const made = encodeUtf8(`holdfast/v1/${kind}\0`);
  CONTEXTS.set(kind, made);
  return made;
}

/** Ed25519 over `holdfast/v1/<kind>\0` ‖ message; `secretKey` is the 32-byte seed. */
export function signInContext(suite: CryptoSuite, kind: string, message: Bytes, secretKey: Bytes): Bytes {
  return suite.sign(concatBytes(contextBytes(kind), message), secretKey);
}

export function verifyInContext(
  suite: CryptoSuite,
  kind: string,
  message: Bytes,
  signature: Bytes,
  verifyKey: Bytes,
): boolean {
  return suite.verify(concatBytes(contextBytes(kind), message), signature, verifyKey);
}

/** SHA-256(`holdfast/v1/<kind>\0` ‖ parts…). */
export function hashInContext(
  suite: Pick<CryptoSuite, "sha256">,
  kind: string,
  ...parts: readonly Bytes[]
): Bytes {
  return suite.sha256(concatBytes(contextBytes(kind), ...parts));
}

/** Kinds are constants of the program, so this memo stays small. */
const CONTEXTS = new Map<string, Bytes>();
