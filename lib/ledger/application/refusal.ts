import type { RegistrationError } from "#protocol/checkpoint/registration.ts";
import type { TransactionError } from "#protocol/checkpoint/transaction.ts";

/** Why the ledger does not accept a transaction. A refused transaction changes nothing. */
export type Refusal =
  | { readonly type: "TransactionMalformed"; readonly cause: TransactionError }
  | { readonly type: "OtherChain"; readonly chainId: string }
  | { readonly type: "SignersWrong" }
  | { readonly type: "SignatureInvalid" }
  | { readonly type: "RegistrationInvalid"; readonly cause: RegistrationError }
  | { readonly type: "DeploymentAlreadyRegistered" }
  | { readonly type: "DeploymentUnknown" }
  | { readonly type: "LimitReached"; readonly limit: "deployments" | "registry" | "challenges" | "claims" }
  | { readonly type: "SequenceWrong"; readonly expected: number }
  | { readonly type: "InstanceChangeInvalid" }
  | { readonly type: "EpochRecordMalformed" }
  | { readonly type: "CheckpointAlreadyIncluded"; readonly height: number }
  | { readonly type: "EpochTaken"; readonly epoch: number }
  | { readonly type: "EpochSkipped"; readonly expected: number }
  | { readonly type: "PreviousNotHead" }
  | { readonly type: "InstanceNotActive" }
  | { readonly type: "ThresholdNotReached"; readonly threshold: number; readonly signatures: number }
  | { readonly type: "ResponseInvalid" }
  | { readonly type: "ChallengeUnanswered"; readonly openedAtEpoch: number }
  | { readonly type: "ClaimAlreadyRecorded" }
  | { readonly type: "ChallengeNoteInvalid" }
  | { readonly type: "ChallengeAlreadyOpen" }
  | { readonly type: "GovernanceChangeInvalid" };

/** The `code` of a refused transaction in blocks and RPC answers; 0 is success. Part of the block format. */
export function refusalCode(refusal: Refusal): number {
  return CODES[refusal.type];
}

/** The codespace beside those codes. */
export const REFUSAL_CODESPACE = "holdfast";

const CODES: Readonly<Record<Refusal["type"], number>> = {
  TransactionMalformed: 1,
  OtherChain: 2,
  SignersWrong: 3,
  SignatureInvalid: 4,
  RegistrationInvalid: 5,
  DeploymentAlreadyRegistered: 6,
  DeploymentUnknown: 7,
  LimitReached: 8,
  SequenceWrong: 9,
  InstanceChangeInvalid: 10,
  EpochRecordMalformed: 11,
  CheckpointAlreadyIncluded: 12,
  EpochTaken: 13,
  EpochSkipped: 14,
  PreviousNotHead: 15,
  InstanceNotActive: 16,
  ThresholdNotReached: 17,
  ResponseInvalid: 18,
  ChallengeUnanswered: 19,
  ClaimAlreadyRecorded: 20,
  ChallengeNoteInvalid: 21,
  ChallengeAlreadyOpen: 22,
  GovernanceChangeInvalid: 23,
};
