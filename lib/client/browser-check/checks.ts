import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";

/** What a browser must be able to do before it can hold keys: hash and sign in WebAssembly, in a worker. */
export interface BrowserCheckReport {
  readonly hash: "passed" | "failed";
  readonly signature: "passed" | "failed";
  readonly forgeryRefused: "passed" | "failed";
  readonly isolated: boolean;
}

export type CheckedSuite = Pick<CryptoSuite, "sha256" | "sign" | "verify" | "verifyKeyOf">;

/**
 * Runs the suite that the product uses. `isIsolated` is the worker's own `crossOriginIsolated`; `seed` are 32
 * random bytes for a key that is thrown away.
 */
export function runBrowserCheck(suite: CheckedSuite, seed: Bytes, isIsolated: boolean): BrowserCheckReport {
  const message = new TextEncoder().encode("Check this browser");
  const changed = new TextEncoder().encode("check this browser");
  return {
    hash: outcome(() => toHex(suite.sha256(new TextEncoder().encode("abc"))) === SHA256_OF_ABC),
    signature: outcome(() => suite.verify(message, suite.sign(message, seed), suite.verifyKeyOf(seed))),
    forgeryRefused: outcome(() => !suite.verify(changed, suite.sign(message, seed), suite.verifyKeyOf(seed))),
    isolated: isIsolated,
  };
}

/** FIPS 180-2, appendix B.1: SHA-256 of "abc". */
const SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

function outcome(check: () => boolean): "passed" | "failed" {
  try {
    return check() ? "passed" : "failed";
  } catch {
    return "failed";
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
