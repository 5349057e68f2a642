import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { FailureReason } from "#protocol/wire/command.ts";
import type { SessionError, Sessions } from "./sessions.ts";

/** What a device asks a server to prove about one log, each by itself: an answer to one of them is none to another. */
export type Proof =
  /** That the newest seal has this device's own operations, and continues what it saw. */
  | "seal"
  /** Leaf hashes up to the newest head. */
  | "leafHashes"
  /** Everybody's leaves under the newest seal. */
  | "replay"
  /** The organization's leaves, which say who is who. */
  | "organization"
  /** The log's first record. */
  | "genesis"
  /** The newest head. */
  | "head"
  /** Entries of the newest map. */
  | "entries"
  /** Who may do what. */
  | "authority"
  /** A record of this device that the log's map names. */
  | "ownRecord";

/** Why a proof was not given. */
export interface Silence {
  /**
   * `offline`: no answer at all. `busy`: the server says that it cannot for now. `refused`: an answer of its own, which
   * proves nothing.
   */
  readonly because: "offline" | "busy" | "refused";
  /** For developers. */
  readonly detail: string;
}

/** Detail of a head that is right and below one that was shown before. */
export const HEAD_OLDER = "HeadOlder";

/** A proof that was asked for while an epoch was the newest sealed one, and not given. */
export interface UnansweredProof {
  readonly log: Bytes;
  readonly proof: Proof;
  readonly epoch: number;
  readonly detail: string;
  /** It may be the network's or a load's doing, for all this device knows. */
  readonly isExcused: boolean;
}

interface TakenProofs {
  /** Given since the last time, and right; each before whatever is unanswered again. */
  readonly verified: readonly Pick<UnansweredProof, "log" | "proof">[];
  readonly unanswered: readonly UnansweredProof[];
}

/** Remembers which proofs were asked for and what came, until it is kept for good (`withheld-proofs.ts`). */
export interface ProofWatch {
  /** All of it was given, and is right. Whatever is less says nothing. */
  readonly verified: (log: Bytes, proof: Proof) => void;
  readonly unanswered: (log: Bytes, proof: Proof, silence: Silence) => void;
  /** The server has answered something: it is there. */
  readonly answered: () => void;
  readonly take: () => TakenProofs;
}

/** `sealedEpoch`: the newest one that is known to be sealed, -1 before the first. */
export function createProofWatch(sealedEpoch: () => number): ProofWatch {
  const verified = new Map<string, Pick<UnansweredProof, "log" | "proof">>();
  const silences = new Map<string, Noted>();
  const answered = (): void => {
    for (const silence of silences.values()) silence.isFollowed = true;
  };
  return {
    answered,
    verified: (log, proof) => {
      answered();
      const name = nameOf(log, proof);
      verified.set(name, { log, proof });
      for (const [key, silence] of silences)
        if (nameOf(silence.log, silence.proof) === name) silences.delete(key);
    },
    unanswered: (log, proof, { because, detail }) => {
      const epoch = sealedEpoch();
      const key = `${nameOf(log, proof)} ${epoch}`;
      const before = silences.get(key);
      // That it gave a reason once does not excuse that it gave none later, nor the other way round.
      silences.set(key, {
        log,
        proof,
        epoch,
        detail,
        isRefused: because === "refused" || before?.isRefused === true,
        isOffline: because === "offline" || before?.isOffline === true,
        isFollowed: before?.isFollowed === true,
      });
    },
    take: () => {
      const taken = {
        verified: [...verified.values()],
        unanswered: [...silences.values()]
          .toSorted((a, b) => a.epoch - b.epoch)
          .map(({ log, proof, epoch, detail, ...noted }) => ({
            log,
            proof,
            // Asked for before the ledger was looked at since the unlock: whoever is slow with it gains nothing.
            epoch: epoch < 0 ? sealedEpoch() : epoch,
            detail,
            isExcused: !(noted.isRefused || (noted.isOffline && noted.isFollowed)),
          })),
      };
      verified.clear();
      // What is known of the present seal may still turn out to be no excuse.
      for (const [key, { epoch }] of silences) if (epoch < sealedEpoch()) silences.delete(key);
      return taken;
    },
  };
}

interface Noted extends Omit<UnansweredProof, "isExcused"> {
  readonly isRefused: boolean;
  readonly isOffline: boolean;
  /** The server answered something afterwards, so it was there. */
  isFollowed: boolean;
}

function nameOf(log: Bytes, proof: Proof): string {
  return `${proof} ${toHex(log)}`;
}

/** The same sessions, telling whenever the server answers what was asked. */
export function watchSessions(sessions: Sessions, onAnswered: () => void): Sessions {
  return {
    ...sessions,
    call: async (command, request) => {
      const answer = await sessions.call(command, request);
      if (answer.ok) onAnswered();
      return answer;
    },
  };
}

export function silenceOf(error: SessionError): Silence {
  switch (error.type) {
    case "ServerUnreachable":
    case "ServerTimedOut":
    case "DeviceLocked":
      return { because: "offline", detail: error.type };
    case "ReplyTooLarge":
    case "ReplyMalformed":
    case "RequestTooLarge":
    case "RequestLost":
    case "RequestRefused":
    case "ForeignAnswer":
    case "SessionRefused":
      return { because: "refused", detail: error.type };
    case "ServerFailed":
      return { because: BUSY.includes(error.reason) ? "busy" : "refused", detail: error.reason };
  }
}

const BUSY: readonly FailureReason[] = ["tooManyRequests", "databaseUnavailable", "internal"];
