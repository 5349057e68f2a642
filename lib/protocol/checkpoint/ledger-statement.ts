import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import {
  array,
  bytes,
  bytesUpTo,
  codec,
  enumeration,
  type Infer,
  integer,
  struct,
  uint,
} from "../codec/schema.ts";
import type { Result } from "../result.ts";
import { epochRecordBytesMax } from "./epoch-record.ts";
import {
  acceptanceSchema,
  appStateSchema,
  openChallengeSchema,
  registryEntrySchema,
} from "./ledger-state.ts";
import { MAX_EVIDENCE_BYTES, MAX_OPEN_CHALLENGES, MAX_PATH_HASHES, MAX_REGISTRY_ENTRIES } from "./limits.ts";
import { policySchema } from "./registration.ts";
import { pathSchema, stateProofSchema } from "./verify-state.ts";

/** At about 200 bytes an epoch this keeps a statement below 1 MiB. */
export const MAX_EPOCHS_PER_STATEMENT = 4096;

const MAX_STATEMENT_BYTES = 2 * 1024 * 1024;

/** What an audit asks the ledger's application: one deployment, and the epochs from `firstEpoch` on. */
const statementRequestSchema = struct({
  deployment: [0, bytes(32)],
  firstEpoch: [1, uint],
  maxEpochs: [2, integer(0, MAX_EPOCHS_PER_STATEMENT)],
});

export type StatementRequest = Infer<typeof statementRequestSchema>;

/** The application's answer: everything it says of a deployment at one height, with the proofs of it. */
export const ledgerStatementSchema = struct({
  proof: [0, stateProofSchema],
  policy: [1, policySchema],
  /** All entries. */
  registry: [2, array(registryEntrySchema, MAX_REGISTRY_ENTRIES)],
  /** All open ones. */
  challenges: [3, array(openChallengeSchema, MAX_OPEN_CHALLENGES)],
  firstEpoch: [4, uint],
  epochs: [
    5,
    array(
      struct({ record: [0, bytesUpTo(epochRecordBytesMax)], accepted: [1, acceptanceSchema] }),
      MAX_EPOCHS_PER_STATEMENT,
    ),
  ],
  /** `RangeProof.path` of the epochs; empty when there are none. */
  path: [6, array(bytes(32), 2 * MAX_PATH_HASHES)],
});

export type LedgerStatement = Infer<typeof ledgerStatementSchema>;

const claimSchema = struct({
  kind: [0, enumeration({ evidence: 1, force: 2, challenge: 3, response: 4 })],
  deployment: [1, bytes(32)],
  content: [2, bytesUpTo(MAX_EVIDENCE_BYTES)],
});

/** Proof that the ledger recorded a claim. */
const claimProofSchema = struct({
  appState: [0, appStateSchema],
  claim: [1, claimSchema],
  accepted: [2, acceptanceSchema],
  index: [3, uint],
  path: [4, pathSchema],
});

export type ClaimProof = Infer<typeof claimProofSchema>;

/** A claim named by all it says; the ledger answers with its `ClaimProof`. */
export type ClaimRequest = Infer<typeof claimSchema>;

const statementRequestCodec = codec(statementRequestSchema, 128);
const statementCodec = codec(ledgerStatementSchema, MAX_STATEMENT_BYTES);
const claimRequestCodec = codec(claimSchema, MAX_EVIDENCE_BYTES + 128);
const claimProofCodec = codec(claimProofSchema, MAX_EVIDENCE_BYTES + 8192);

export const encodeStatementRequest = statementRequestCodec.encode;
export const encodeLedgerStatement = statementCodec.encode;
export const encodeClaimRequest = claimRequestCodec.encode;
export const encodeClaimProof = claimProofCodec.encode;

export function parseStatementRequest(request: Bytes): Result<StatementRequest, FormatError> {
  return statementRequestCodec.decode(request);
}

export function parseLedgerStatement(statement: Bytes): Result<LedgerStatement, FormatError> {
  return statementCodec.decode(statement);
}

export function parseClaimRequest(request: Bytes): Result<ClaimRequest, FormatError> {
  return claimRequestCodec.decode(request);
}

export function parseClaimProof(proof: Bytes): Result<ClaimProof, FormatError> {
  return claimProofCodec.decode(proof);
}
