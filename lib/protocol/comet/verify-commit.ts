import { equalBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { addressKey, type CheckedValidatorSet } from "./check-validator-set.ts";
import { hashHeader } from "./hash-header.ts";
import type { Hasher } from "./merkle-root.ts";
import type { SignedHeader } from "./types.ts";
import type { PrecommitVerifier } from "./verify-signature.ts";

export type CommitError =
  | { readonly type: "CommitHeightMismatch" }
  | { readonly type: "CommitBlockHashMismatch" }
  | { readonly type: "SignatureCountMismatch"; readonly expected: number; readonly actual: number }
  /** The address in this place is not that of the validator in this place. */
  | { readonly type: "SignerMismatch"; readonly index: number }
  | { readonly type: "SignatureInvalid"; readonly index: number }
  | { readonly type: "QuorumNotReached"; readonly signedPower: bigint; readonly totalPower: bigint };

export type TrustingError =
  | { readonly type: "SignerRepeated"; readonly index: number }
  | { readonly type: "SignatureInvalid"; readonly index: number }
  | { readonly type: "NotEnoughTrust"; readonly signedPower: bigint; readonly totalPower: bigint };

/** That a commit is for this very header: same height, and the block hash is the header's. */
export function verifyCommitIsFor(
  hasher: Hasher,
  { header, commit }: SignedHeader,
): Result<null, CommitError> {
  if (commit.height !== header.height) return err({ type: "CommitHeightMismatch" });
  if (!equalBytes(commit.blockId.hash, hashHeader(hasher, header)))
    return err({ type: "CommitBlockHashMismatch" });
  return ok(null);
}

/**
 * That more than 2/3 of the block's own validator set signed it. Place i of the commit belongs to validator i,
 * which is why nobody can count twice. Stricter than CometBFT's light client, which stops once it has its 2/3:
 * every precommit for the block must be valid, since an honest commit holds no other.
 */
export function verifyCommitQuorum(
  { commit }: SignedHeader,
  validators: CheckedValidatorSet,
  verifyPrecommit: PrecommitVerifier,
): Result<null, CommitError> {
  const { members, totalPower } = validators;
  const { signatures } = commit;
  if (signatures.length !== members.length) {
    return err({ type: "SignatureCountMismatch", expected: members.length, actual: signatures.length });
  }
  let signedPower = 0n;
  for (const [index, validator] of members.entries()) {
    const sig = signatures[index];
    if (sig === undefined || sig.flag === "absent") continue;
    if (addressKey(sig.validatorAddress) !== validator.addressHex)
      return err({ type: "SignerMismatch", index });
    if (sig.flag === "nil") continue;
    if (!verifyPrecommit(index, validator.publicKey)) return err({ type: "SignatureInvalid", index });
    signedPower += validator.power;
  }
  return 3n * signedPower > 2n * totalPower
    ? ok(null)
    : err({ type: "QuorumNotReached", signedPower, totalPower });
}

/**
 * That more than 1/3 of a set trusted from before signed it, so at least one honest validator did. The block has
 * another set, so signers are found by address: strangers are skipped, one validator in two places is refused.
 */
export function verifyCommitTrusting(
  { commit }: SignedHeader,
  trusted: CheckedValidatorSet,
  verifyPrecommit: PrecommitVerifier,
): Result<null, TrustingError> {
  const seen = new Set<string>();
  let signedPower = 0n;
  for (const [index, sig] of commit.signatures.entries()) {
    if (sig.flag !== "commit") continue;
    const validator = trusted.byAddress.get(addressKey(sig.validatorAddress));
    if (validator === undefined) continue;
    if (seen.has(validator.addressHex)) return err({ type: "SignerRepeated", index });
    seen.add(validator.addressHex);
    if (!verifyPrecommit(index, validator.publicKey)) return err({ type: "SignatureInvalid", index });
    signedPower += validator.power;
  }
  const { totalPower } = trusted;
  return 3n * signedPower > totalPower ? ok(null) : err({ type: "NotEnoughTrust", signedPower, totalPower });
}
