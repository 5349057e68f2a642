import type { LedgerPort } from "#ledger/port.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeChallengeResponse, verifyChallengeResponse } from "#protocol/checkpoint/challenge-response.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import type { OpenChallenge } from "#protocol/checkpoint/ledger-state.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { encodeNoteBody } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import type { LogReader } from "../log/log-reader.ts";
import type { Checkpoint, EpochTrees } from "../ports.ts";

export interface ChallengeParts {
  readonly suite: CryptoSuite;
  readonly ledger: Pick<LedgerPort, "fetchEvidence">;
  readonly deployment: Bytes;
  readonly reader: Pick<LogReader, "log">;
  readonly trees: EpochTrees;
  /** A log's newest checkpoint made in this epoch or before. */
  readonly checkpointUpTo: (log: Bytes, epoch: number) => Promise<Checkpoint | undefined>;
}

/**
 * Responses to the deployment's open challenges that this epoch can give: each shows that the challenged head is a
 * prefix of its log's slot. A head newer than the slot is answered by the next epoch, which is still in time. A
 * response that does not verify here is left out: the ledger would refuse the whole checkpoint for it. Rejects
 * while the ledger is out of reach.
 */
export async function answerChallenges(
  parts: ChallengeParts,
  epoch: number,
  epochRoot: Bytes,
): Promise<readonly Bytes[]> {
  const { suite, ledger, deployment } = parts;
  const request = { deployment, trustedHeight: 1, firstEpoch: 0, maxEpochs: 0 };
  const { statement } = unwrap(parseLedgerBundle(await ledger.fetchEvidence(request)));
  const responses: Bytes[] = [];
  for (const challenge of statement?.challenges ?? []) {
    const response = await respond(parts, epoch, challenge);
    if (response && verifyChallengeResponse(suite, challenge, response, epochRoot).ok) {
      responses.push(encodeChallengeResponse(response));
    }
  }
  return responses;
}

async function respond(
  { reader, trees, checkpointUpTo }: ChallengeParts,
  epoch: number,
  { log, size: challengedSize }: OpenChallenge,
) {
  const checkpoint = await checkpointUpTo(log, epoch);
  const live = await reader.log(log);
  const slot = await trees.proveSlot(epoch, log);
  if (!checkpoint || !live || !slot || checkpoint.size < challengedSize) return undefined;
  const { size, root } = checkpoint;
  return {
    log,
    checkpoint: encodeNoteBody({ log, size, root }),
    slot,
    consistency: live.tree.consistencyPath(challengedSize, size),
  };
}
