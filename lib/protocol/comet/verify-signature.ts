import { ed25519 } from "@noble/curves/ed25519.js";
import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { Commit, CommitSig } from "./types.ts";
import { encodeVoteSignBytes, VOTE_TYPE_PRECOMMIT } from "./vote-sign-bytes.ts";

/** Whether the signature in this place of the commit is this key's precommit for the commit's block. */
export type PrecommitVerifier = (index: number, publicKey: Bytes) => boolean;

/** Remembers what it has verified, because one step asks about most signatures twice. */
export function createPrecommitVerifier(
  suite: CryptoSuite,
  chainId: string,
  commit: Commit,
): PrecommitVerifier {
  const verified = new Map<number, Bytes>();
  return (index, publicKey) => {
    const known = verified.get(index);
    if (known !== undefined && equalBytes(known, publicKey)) return true;
    const sig = commit.signatures[index];
    if (sig === undefined || !verifyPrecommit(suite, chainId, commit, sig, publicKey)) return false;
    verified.set(index, publicKey);
    return true;
  };
}

/**
 * CometBFT verifies Ed25519 by ZIP-215, which accepts every signature that some honest implementation accepts;
 * libsodium's rule is narrower. The fast library decides first, and a refusal counts only when ZIP-215 agrees:
 * otherwise one crafted signature could make this client alone reject a block that the whole network accepted.
 */
export function verifyEd25519Zip215(
  suite: CryptoSuite,
  message: Bytes,
  signature: Bytes,
  publicKey: Bytes,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return (
    suite.verify(message, signature, publicKey) ||
    ed25519.verify(signature, message, publicKey, { zip215: true })
  );
}

function verifyPrecommit(
  suite: CryptoSuite,
  chainId: string,
  commit: Commit,
  sig: CommitSig,
  publicKey: Bytes,
): boolean {
  if (sig.flag !== "commit") return false;
  const signBytes = encodeVoteSignBytes({
    type: VOTE_TYPE_PRECOMMIT,
    height: commit.height,
    round: commit.round,
    blockId: commit.blockId,
    timestamp: sig.timestamp,
    chainId,
  });
  return verifyEd25519Zip215(suite, signBytes, sig.signature, publicKey);
}
