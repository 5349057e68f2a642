import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { hashHeader } from "./hash-header.ts";
import type { LightBlock } from "./types.ts";
import { markVerified, type Verified } from "./verified.ts";
import { verifyCommitQuorum } from "./verify-commit.ts";
import { type LightBlockError, verifyLightBlockParts } from "./verify-light-block.ts";
import { createPrecommitVerifier } from "./verify-signature.ts";

/** One header of one chain that a person has chosen to trust, and the deployment whose records are meant. */
export interface TrustAnchor {
  readonly chainId: string;
  readonly height: bigint;
  /** 32 bytes. */
  readonly headerHash: Bytes;
  /** 32 bytes: SHA-256 of the deployment's registration. */
  readonly deploymentId: Bytes;
}

export type AnchorError =
  | LightBlockError
  | { readonly type: "AnchorHeightMismatch" }
  | { readonly type: "AnchorHashMismatch" };

/**
 * Where verification begins: the light block that the anchor names by hash, complete and signed by its own
 * validators. Whether the anchor is too old shows only at the first step from it.
 */
export function verifyAnchorBlock(
  suite: CryptoSuite,
  anchor: TrustAnchor,
  block: LightBlock,
): Result<Verified<LightBlock>, AnchorError> {
  if (block.header.height !== anchor.height) return err({ type: "AnchorHeightMismatch" });
  if (!equalBytes(hashHeader(suite, block.header), anchor.headerHash))
    return err({ type: "AnchorHashMismatch" });
  const validators = verifyLightBlockParts(suite, block, anchor.chainId);
  if (!validators.ok) return validators;
  const verifyPrecommit = createPrecommitVerifier(suite, anchor.chainId, block.commit);
  const quorum = verifyCommitQuorum(block, validators.value, verifyPrecommit);
  return quorum.ok ? ok(markVerified(block)) : quorum;
}

/** The anchor that hands a verified block's trust on: to the next start, a link, a colleague. */
export function createTrustAnchor(
  suite: CryptoSuite,
  block: Verified<LightBlock>,
  deploymentId: Bytes,
): TrustAnchor {
  const { chainId, height } = block.header;
  return { chainId, height, headerHash: hashHeader(suite, block.header), deploymentId };
}
