import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { Caller, Environment } from "../ports.ts";

/**
 * Challenges and sessions live in memory: a restart costs every device one signed challenge. Tokens are kept as
 * they are, since whoever reads this process's memory has more than sessions.
 */
export interface Sessions {
  /** 32 bytes, good for one `takeChallenge`. */
  readonly issueChallenge: () => Bytes;
  /** True once, while it is fresh. */
  readonly takeChallenge: (challenge: Bytes) => boolean;
  readonly open: (caller: Caller) => { readonly token: Bytes; readonly expiresAt: number };
  readonly find: (token: Bytes) => Caller | undefined;
}

const CHALLENGE_LIFETIME_MS = 60_000;
const MAX_CHALLENGES = 10_000;
const SESSION_LIFETIME_MS = 8 * 60 * 60 * 1000;
const MAX_SESSIONS = 50_000;
/** A device with eight tabs that all reconnect still stays below it. */
const MAX_SESSIONS_PER_DEVICE = 16;

export function createSessions({ clock, randomBytes }: Environment): Sessions {
  // Both in order of age, so that the first entries are the ones to drop.
  const challenges = new Map<string, number>();
  const sessions = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();

  const tokensOf = new Map<string, string[]>();

  const drop = (token: string): void => {
    const session = sessions.get(token);
    if (!session) return;
    sessions.delete(token);
    const device = toHex(session.caller.device);
    const left = (tokensOf.get(device) ?? []).filter((other) => other !== token);
    if (left.length > 0) tokensOf.set(device, left);
    else tokensOf.delete(device);
  };

  const add = (token: string, caller: Caller, expiresAt: number): void => {
    const device = toHex(caller.device);
    const own = tokensOf.get(device) ?? [];
    for (const oldest of own.slice(0, Math.max(0, own.length - MAX_SESSIONS_PER_DEVICE + 1))) drop(oldest);
    for (const oldest of sessions.keys()) {
      if (sessions.size < MAX_SESSIONS) break;
      drop(oldest);
    }
    sessions.set(token, { caller, expiresAt });
    tokensOf.set(device, [...(tokensOf.get(device) ?? []), token]);
  };

  return {
    issueChallenge: () => {
      const challenge = randomBytes(32);
      for (const oldest of challenges.keys()) {
        if (challenges.size < MAX_CHALLENGES) break;
        challenges.delete(oldest);
      }
      challenges.set(toHex(challenge), clock() + CHALLENGE_LIFETIME_MS);
      return challenge;
    },
    takeChallenge: (challenge) => {
      const name = toHex(challenge);
      const expiresAt = challenges.get(name);
      challenges.delete(name);
      return expiresAt !== undefined && clock() < expiresAt;
    },
    open: (caller) => {
      const token = randomBytes(32);
      const expiresAt = clock() + SESSION_LIFETIME_MS;
      add(toHex(token), caller, expiresAt);
      return { token, expiresAt };
    },
    find: (token) => {
      const session = sessions.get(toHex(token));
      if (!session) return undefined;
      if (clock() < session.expiresAt) return session.caller;
      drop(toHex(token));
      return undefined;
    },
  };
}
