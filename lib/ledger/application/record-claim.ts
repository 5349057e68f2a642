import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { type Acceptance, type ClaimKind, claimLeaf } from "#protocol/checkpoint/ledger-state.ts";
import type { Hasher } from "#protocol/comet/merkle-root.ts";
import { hashInContext } from "#protocol/crypto/context.ts";
import type { LedgerModel } from "./model.ts";

export interface ClaimContent {
  readonly kind: ClaimKind;
  readonly deployment: Bytes;
  readonly content: Bytes;
}

/** The model with the claim added for good. */
export function recordClaim(
  suite: Hasher,
  model: LedgerModel,
  claim: ClaimContent,
  accepted: Acceptance,
): LedgerModel {
  const before = claimPosition(suite, model, claim);
  model.claims.put(model.claimCount, { ...claim, accepted }, claimLeaf(suite, claim, accepted));
  if (before === undefined) model.claimIndex.set(claimKey(suite, claim), model.claimCount);
  return { ...model, claimCount: model.claimCount + 1, claimsInBlock: model.claimsInBlock + 1 };
}

/** The claim's index in the log of claims; undefined when this model has not recorded it. */
export function claimPosition(suite: Hasher, model: LedgerModel, claim: ClaimContent): number | undefined {
  const index = model.claimIndex.get(claimKey(suite, claim));
  if (index === undefined || index >= model.claimCount) return undefined;
  // A block that was tried and dropped may have left an index at which another claim stands by now.
  const found = model.claims.at(index);
  const same =
    found.kind === claim.kind &&
    equalBytes(found.deployment, claim.deployment) &&
    equalBytes(found.content, claim.content);
  return same ? index : undefined;
}

function claimKey(suite: Hasher, { kind, deployment, content }: ClaimContent): string {
  return `${kind}/${toHex(deployment)}/${toHex(hashInContext(suite, "claim", content))}`;
}
