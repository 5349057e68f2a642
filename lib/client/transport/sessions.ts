import type { Bytes } from "#protocol/bytes/bytes.ts";
import { signInContext } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { Command } from "#protocol/wire/command.ts";
import { challenge, openSession, SESSION_CONTEXT, sessionStatement } from "#protocol/wire/session.ts";
import type { Failed, Transport, TransportError } from "./transport.ts";

export type SessionError =
  | TransportError
  | { readonly type: "SessionRefused" }
  /** Nobody speaks for this device any more. */
  | { readonly type: "DeviceLocked" };

/** Calls in the name of this device. One signed challenge opens a session; it is opened again when it has ended. */
export interface Sessions {
  readonly call: <Q, R extends { readonly kind: string }>(
    command: Command<Q, R | Failed>,
    request: Q,
  ) => Promise<Result<R, SessionError>>;
  readonly token: () => Promise<Result<Bytes, SessionError>>;
  /** Forgets the token, after the server said that it does not know it. */
  readonly forget: () => void;
}

/** As whoever unlocked the device holds them. */
export interface OwnedSessions extends Sessions {
  /** From here on everything answers `DeviceLocked`, and no token is left. */
  readonly close: () => void;
}

export interface SessionIdentity {
  readonly deployment: Bytes;
  readonly organization: Bytes;
  readonly device: Bytes;
  readonly deviceSecretKey: Bytes;
}

export function createSessions(
  suite: CryptoSuite,
  transport: Transport,
  identity: SessionIdentity,
): OwnedSessions {
  let isClosed = false;
  let opening: Promise<Result<Bytes, SessionError>> | undefined;

  const token = async (): Promise<Result<Bytes, SessionError>> => {
    if (isClosed) return LOCKED;
    opening ??= open(suite, transport, identity, () => isClosed).then((opened) => {
      if (!opened.ok || isClosed) opening = undefined;
      return isClosed ? LOCKED : opened;
    });
    return opening;
  };
  const forget = (): void => {
    opening = undefined;
  };

  return {
    token,
    forget,
    close: () => {
      isClosed = true;
      forget();
    },
    call: async (command, request) => {
      if (isClosed) return LOCKED;
      if (command.session === "none") return transport.call(command, request);
      for (let isRetry = false; ; isRetry = true) {
        const session = await token();
        const asked = opening;
        // What the device may still ask for without one is the server's to say.
        if (!session.ok && session.error.type === "SessionRefused" && command.session === "optional")
          return transport.call(command, request);
        if (!session.ok) return session;
        const answer = await transport.call(command, request, session.value);
        const hasEnded =
          !answer.ok && answer.error.type === "ServerFailed" && answer.error.reason === "noSession";
        // A server that knows no such session does not wait for a long body: its words may be lost with the connection.
        const mayHaveEnded = !answer.ok && answer.error.type === "ServerUnreachable" && isLong(command);
        if ((hasEnded || mayHaveEnded) && opening === asked) forget();
        if (!hasEnded || isRetry) return answer;
      }
    },
  };
}

function isLong({ maxRequestBytes }: Pick<Command<unknown, unknown>, "maxRequestBytes">): boolean {
  return maxRequestBytes > 1024 * 1024;
}

const LOCKED = err({ type: "DeviceLocked" } as const);

async function open(
  suite: CryptoSuite,
  transport: Transport,
  { deployment, organization, device, deviceSecretKey }: SessionIdentity,
  isClosed: () => boolean,
): Promise<Result<Bytes, SessionError>> {
  const issued = await transport.call(challenge, {});
  if (!issued.ok) return issued;
  // Zeros sign nothing.
  if (isClosed()) return LOCKED;
  const statement = sessionStatement(deployment, organization, device, issued.value.body.challenge);
  const opened = await transport.call(openSession, {
    organization,
    device,
    challenge: issued.value.body.challenge,
    signature: signInContext(suite, SESSION_CONTEXT, statement, deviceSecretKey),
  });
  if (!opened.ok) return opened;
  return opened.value.kind === "opened" ? ok(opened.value.body.token) : err({ type: "SessionRefused" });
}
