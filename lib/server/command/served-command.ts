import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { Command, Failure, FailureReason } from "#protocol/wire/command.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { errorCode, isDiskFull } from "../block-store/folder-sync.ts";
import { MapsBusy } from "../log/past-maps.ts";
import { RecoveryNeeded, WriterBusy } from "../log/writer.ts";
import type { Access, Caller } from "../ports.ts";
import { StoreError } from "../store/store-error.ts";

/** One command ready to be called: bytes in, bytes out, never a throw. */
export interface ServedCommand {
  readonly name: string;
  /** Asked before the body is read: how much of it may be read for whom, or the answer without reading any. */
  readonly admit: (authorization: string | undefined) => Promise<Result<Admitted, ServedReply>>;
  /** Asks for the session again, which may have ended while the body came in. */
  readonly serve: (body: Bytes, authorization: string | undefined) => Promise<ServedReply>;
}

interface Admitted {
  readonly maxBytes: number;
  /** What a larger body is answered with. */
  readonly beyond: FailureReason;
  /** Undefined for whoever has no session. */
  readonly caller: Caller | undefined;
}

export interface ServedReply {
  readonly body: Bytes;
  /** Word of the reply, for metrics. */
  readonly kind: string;
  /** Set when the reply is `failed`. */
  readonly failure: FailureReason | null;
}

interface Reply {
  readonly kind: string;
}

type Failed = { readonly kind: "failed"; readonly body: Failure };

/** Hears of errors that are bugs or broken parts; the caller only learns the reason's word. */
export type OnCommandError = (command: string, error: unknown) => void;

/**
 * A command that anybody may call: it is authorised by what is in it, or by nothing. Takes the handler in a second
 * call, so that its replies are checked against the command's and not guessed from both.
 */
export function serveOpen<Q, R extends Reply>(command: Command<Q, R | Failed>, onError: OnCommandError) {
  return (handle: (request: Q) => Promise<R | Failed>): ServedCommand =>
    served(command, onError, NOBODY, handle);
}

/** A command that anybody may call, and whose answer may depend on who it is. */
export function serveAnyone<Q, R extends Reply>(
  command: Command<Q, R | Failed>,
  onError: OnCommandError,
  access: Access,
) {
  return (handle: (request: Q, caller: Caller | undefined) => Promise<R | Failed>): ServedCommand =>
    served(command, onError, access, handle);
}

/** A command for the holder of a session. */
export function serveCaller<Q, R extends Reply>(
  command: Command<Q, R | Failed>,
  onError: OnCommandError,
  access: Access,
) {
  return (handle: (request: Q, caller: Caller) => Promise<R | Failed>): ServedCommand =>
    served(command, onError, access, async (request, caller) =>
      caller ? handle(request, caller) : failed("noSession"),
    );
}

const NOBODY: Pick<Access, "authenticate"> = { authenticate: () => Promise.resolve(undefined) };

export function failed(reason: FailureReason, detail = ""): Failed {
  return { kind: "failed", body: { reason, detail } };
}

/** `failed` has the same bytes for every command. */
export function encodeFailure(reason: FailureReason, detail = ""): Bytes {
  return serverInfo.encodeReply(failed(reason, detail));
}

function served<Q, R extends Reply>(
  command: Command<Q, R | Failed>,
  onError: OnCommandError,
  { authenticate }: Pick<Access, "authenticate">,
  handle: (request: Q, caller: Caller | undefined) => Promise<R | Failed>,
): ServedCommand {
  const { name, session, maxRequestBytes, maxAnonymousBytes } = command;
  const failedBy = (error: unknown): Failed => {
    const failure = failureOf(error);
    if (failure.body.reason !== "tooManyRequests") onError(name, error);
    return failure;
  };
  const answer = async (body: Bytes, authorization: string | undefined): Promise<R | Failed> => {
    try {
      const caller = await authenticate(authorization);
      if (!caller && session === "required") return failed("noSession");
      const request = command.parseRequest(body);
      return request.ok
        ? await handle(request.value, caller)
        : failed("malformedRequest", request.error.type);
    } catch (error) {
      return failedBy(error);
    }
  };
  const encoded = (reply: R | Failed): ServedReply => {
    const failure = isFailed(reply) ? reply.body.reason : null;
    return { body: command.encodeReply(reply), kind: reply.kind, failure };
  };
  return {
    name,
    admit: async (authorization) => {
      try {
        const caller = await authenticate(authorization);
        if (!caller && session === "required") return err(encoded(failed("noSession")));
        return ok(
          caller || session === "none"
            ? { caller, maxBytes: maxRequestBytes, beyond: "tooLarge" }
            : { caller, maxBytes: maxAnonymousBytes, beyond: "noSession" },
        );
      } catch (error) {
        return err(encoded(failedBy(error)));
      }
    },
    serve: async (body, authorization) => encoded(await answer(body, authorization)),
  };
}

function isFailed(reply: Reply): reply is Failed {
  return reply.kind === "failed";
}

function failureOf(error: unknown): Failed {
  if (error instanceof StoreError)
    return failed(error.reason === "full" ? "storageFull" : "databaseUnavailable");
  // The instance's own memory, which stands in a file.
  const code = errorCode(error);
  if (code !== "") return failed(isDiskFull(code) ? "storageFull" : "databaseUnavailable", code);
  if (error instanceof RecoveryNeeded) return failed("notAvailable", "recovery needed");
  if (error instanceof WriterBusy || error instanceof MapsBusy) return failed("tooManyRequests");
  return failed("internal");
}
