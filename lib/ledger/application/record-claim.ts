import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { type Acceptance, type ClaimKind, claimLeaf } from "#protocol/checkpoint/ledger-state.ts";
import { hashInContext } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { LedgerModel } from "./model.ts";

export interface ClaimContent {
  readonly kind: ClaimKind;
  readonly deployment: Bytes;
  readonly content: Bytes;
}

/** The model with the claim added for good. */
export function recordClaim(
  suite: CryptoSuite,
  model: LedgerModel,
  claim: ClaimContent,
  accepted: Acceptance,
): LedgerModel {
  model.claims.put(model.claimCount, { ...claim, accepted }, claimLeaf(suite, claim, accepted));
  model.claimIndex.set(claimKey(suite, claim), model.claimCount);
  return { ...model, claimCount: model.claimCount + 1, claimsInBlock: model.claimsInBlock + 1 };
}

export function isRecorded(suite: CryptoSuite, model: LedgerModel, claim: ClaimContent): boolean {
  const index = model.claimIndex.get(claimKey(suite, claim));
  return index !== undefined && index < model.claimCount;
}

function claimKey(suite: CryptoSuite, { kind, deployment, content }: ClaimContent): string {
  return `${kind}/${toHex(deployment)}/${toHex(hashInContext(suite, "claim", content))}`;
}
