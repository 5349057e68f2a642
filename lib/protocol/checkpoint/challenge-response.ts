import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { array, bytes, bytesUpTo, codec, type Infer, struct } from "../codec/schema.ts";
import type { Hasher } from "../comet/merkle-root.ts";
import { checkpointHashOf, epochSlotKeyOf, MAX_NOTE_BYTES, parseNoteBody } from "../log/head.ts";
import { type MerkleProofError, verifyConsistency } from "../merkle/merkle-proof.ts";
import { type MapProofError, mapProofSchema, verifyEntry } from "../prefix-map/map-proof.ts";
import { err, ok, type Result } from "../result.ts";
import type { OpenChallenge } from "./ledger-state.ts";
import { MAX_PATH_HASHES, MAX_RESPONSE_BYTES } from "./limits.ts";

/** A deployment's answer to a challenge: the challenged head is a prefix of the log's slot in this epoch. */
const challengeResponseSchema = struct({
  /** Log id. */
  log: [0, bytes(32)],
  /** Note body of the log's checkpoint, whose hash is the slot's value. */
  checkpoint: [1, bytesUpTo(MAX_NOTE_BYTES)],
  /** The slot's place in the epoch tree. */
  slot: [2, mapProofSchema],
  /** RFC 9162 consistency path from the challenged head to the checkpoint. */
  consistency: [3, array(bytes(32), 2 * MAX_PATH_HASHES)],
});

export type ChallengeResponse = Infer<typeof challengeResponseSchema>;

const responseCodec = codec(challengeResponseSchema, MAX_RESPONSE_BYTES);

export type ChallengeResponseError =
  | { readonly type: "ChallengeOfOtherLog" }
  | { readonly type: "CheckpointMalformed" }
  | { readonly type: "SlotProofInvalid"; readonly cause: MapProofError }
  | { readonly type: "PrefixProofInvalid"; readonly cause: MerkleProofError };

export function encodeChallengeResponse(response: ChallengeResponse): Bytes {
  return responseCodec.encode(response);
}

export function parseChallengeResponse(responseBytes: Bytes): Result<ChallengeResponse, FormatError> {
  return responseCodec.decode(responseBytes);
}

/** Steps: the slot in the epoch tree with root `epochRoot` holds this checkpoint; the challenged head is its prefix. */
export function verifyChallengeResponse(
  suite: Hasher,
  challenge: OpenChallenge,
  response: ChallengeResponse,
  epochRoot: Bytes,
): Result<null, ChallengeResponseError> {
  const head = parseNoteBody(response.checkpoint);
  if (!head.ok) return err({ type: "CheckpointMalformed" });
  const sameLog = equalBytes(response.log, challenge.log) && equalBytes(head.value.log, challenge.log);
  if (!sameLog) return err({ type: "ChallengeOfOtherLog" });
  const slot = verifyEntry(suite.sha256, {
    root: epochRoot,
    key: epochSlotKeyOf(suite, challenge.log),
    valueHash: checkpointHashOf(suite, response.checkpoint),
    proof: response.slot,
  });
  if (!slot.ok) return err({ type: "SlotProofInvalid", cause: slot.error });
  const prefix = verifyConsistency(suite.sha256, {
    size1: BigInt(challenge.size),
    size2: BigInt(head.value.size),
    root1: challenge.root,
    root2: head.value.root,
    path: response.consistency,
  });
  return prefix.ok ? ok(null) : err({ type: "PrefixProofInvalid", cause: prefix.error });
}
