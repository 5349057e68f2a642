import { sha256 } from "hash-wasm";
import sodium from "libsodium-wrappers";

/** What a browser must be able to do before it can hold keys: hash and sign in WebAssembly, in a worker. */
export interface BrowserCheckReport {
  readonly hash: "passed" | "failed";
  readonly signature: "passed" | "failed";
  readonly forgeryRefused: "passed" | "failed";
  readonly isolated: boolean;
}

/** FIPS 180-2, appendix B.1: SHA-256 of "abc". */
const SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

export async function runBrowserCheck(): Promise<BrowserCheckReport> {
  return {
    hash: await outcome(async () => (await sha256("abc")) === SHA256_OF_ABC),
    signature: await outcome(signAndVerify),
    forgeryRefused: await outcome(refuseForgery),
    isolated: globalThis.crossOriginIsolated,
  };
}

async function outcome(check: () => Promise<boolean>): Promise<"passed" | "failed"> {
  try {
    return (await check()) ? "passed" : "failed";
  } catch {
    return "failed";
  }
}

async function signAndVerify(): Promise<boolean> {
  await sodium.ready;
  const { privateKey, publicKey } = sodium.crypto_sign_keypair();
  const message = sodium.randombytes_buf(64);
  return sodium.crypto_sign_verify_detached(
    sodium.crypto_sign_detached(message, privateKey),
    message,
    publicKey,
  );
}

async function refuseForgery(): Promise<boolean> {
  await sodium.ready;
  const { privateKey, publicKey } = sodium.crypto_sign_keypair();
  const message = sodium.randombytes_buf(64);
  const signature = sodium.crypto_sign_detached(message, privateKey);
  message[0] = (message[0] ?? 0) ^ 1;
  return !sodium.crypto_sign_verify_detached(signature, message, publicKey);
}
