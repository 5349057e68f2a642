import { verifyInContext } from "#protocol/crypto/context.ts";
import { challenge, openSession, SESSION_CONTEXT, sessionStatement } from "#protocol/wire/session.ts";
import { findDevice } from "../session/access.ts";
import type { CommandParts } from "./command-parts.ts";
import { type ServedCommand, serveOpen } from "./served-command.ts";

export function serveChallenge({ sessions, onError }: CommandParts): ServedCommand {
  return serveOpen(
    challenge,
    onError,
  )(async () => ({
    kind: "issued",
    body: { challenge: sessions.issueChallenge() },
  }));
}

/** Refused without a reason: who is registered where is not told to strangers. */
export function serveOpenSession({
  suite,
  deployment,
  sessions,
  engine,
  onError,
}: CommandParts): ServedCommand {
  return serveOpen(
    openSession,
    onError,
  )(async ({ organization, device, challenge: answered, signature }) => {
    const refused = { kind: "refused", body: {} } as const;
    if (!sessions.takeChallenge(answered)) return refused;
    const known = await findDevice(suite, engine.reader, organization, device);
    if (!known) return refused;
    const statement = sessionStatement(deployment, organization, device, answered);
    if (!verifyInContext(suite, SESSION_CONTEXT, statement, signature, known.verifyKey)) return refused;
    return { kind: "opened", body: sessions.open({ organization, device, user: known.user }) };
  });
}
