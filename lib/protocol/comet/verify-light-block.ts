import { equalBytes } from "../bytes/bytes.ts";
import { err, type Result } from "../result.ts";
import {
  type CheckedValidatorSet,
  checkValidatorSet,
  type ValidatorSetError,
} from "./check-validator-set.ts";
import { BLOCK_PROTOCOL } from "./limits.ts";
import type { Hasher } from "./merkle-root.ts";
import type { LightBlock } from "./types.ts";
import { hashValidatorSet } from "./validator-set.ts";
import { type CommitError, verifyCommitIsFor } from "./verify-commit.ts";

type SetName = "validators" | "nextValidators";

export type LightBlockError =
  | CommitError
  | { readonly type: "ChainIdMismatch"; readonly expected: string; readonly actual: string }
  | { readonly type: "BlockProtocolUnknown"; readonly version: bigint }
  | { readonly type: "HeightNotPositive" }
  /** The set does not hash to what the header says. */
  | { readonly type: "ValidatorsHashMismatch"; readonly set: SetName }
  | { readonly type: "ValidatorSetInvalid"; readonly set: SetName; readonly reason: ValidatorSetError };

/**
 * That the parts of a light block belong together: this chain, this block protocol, a commit for this header,
 * and both validator sets well-formed and hashing to what the header says. No signature is looked at yet.
 * Returns the block's own validators, ready for counting.
 */
export function verifyLightBlockParts(
  hasher: Hasher,
  block: LightBlock,
  chainId: string,
): Result<CheckedValidatorSet, LightBlockError> {
  const { header } = block;
  if (header.chainId !== chainId)
    return err({ type: "ChainIdMismatch", expected: chainId, actual: header.chainId });
  if (header.version.block !== BLOCK_PROTOCOL) {
    return err({ type: "BlockProtocolUnknown", version: header.version.block });
  }
  if (header.height <= 0n) return err({ type: "HeightNotPositive" });
  const commitIsForHeader = verifyCommitIsFor(hasher, block);
  if (!commitIsForHeader.ok) return commitIsForHeader;
  const next = verifySet(hasher, block, "nextValidators");
  return next.ok ? verifySet(hasher, block, "validators") : next;
}

function verifySet(
  hasher: Hasher,
  block: LightBlock,
  set: SetName,
): Result<CheckedValidatorSet, LightBlockError> {
  const checked = checkValidatorSet(hasher, block[set]);
  if (!checked.ok) return err({ type: "ValidatorSetInvalid", set, reason: checked.error });
  const claimed = set === "validators" ? block.header.validatorsHash : block.header.nextValidatorsHash;
  if (!equalBytes(hashValidatorSet(hasher, block[set]), claimed)) {
    return err({ type: "ValidatorsHashMismatch", set });
  }
  return checked;
}
