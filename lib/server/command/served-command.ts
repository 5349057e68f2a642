import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Command, Failure, FailureReason } from "#protocol/wire/command.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { RecoveryNeeded, WriterBusy } from "../log/writer.ts";
import type { Access, Caller } from "../ports.ts";
import { StoreError } from "../store/store-error.ts";

/** One command ready to be called: bytes in, bytes out, never a throw. */
export interface ServedCommand {
  readonly name: string;
  readonly maxRequestBytes: number;
  readonly serve: (body: Bytes, authorization: string | undefined) => Promise<ServedReply>;
}

interface ServedReply {
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
  return (handle: (request: Q) => Promise<R | Failed>): ServedCommand => served(command, onError, handle);
}

/** A command for the holder of a session. */
export function serveCaller<Q, R extends Reply>(
  command: Command<Q, R | Failed>,
  onError: OnCommandError,
  access: Access,
) {
  return (handle: (request: Q, caller: Caller) => Promise<R | Failed>): ServedCommand =>
    served(command, onError, async (request, authorization) => {
      const caller = await access.authenticate(authorization);
      return caller ? handle(request, caller) : failed("noSession");
    });
}

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
  handle: (request: Q, authorization: string | undefined) => Promise<R | Failed>,
): ServedCommand {
  const { name, maxRequestBytes } = command;
  const answer = async (body: Bytes, authorization: string | undefined): Promise<R | Failed> => {
    const request = command.parseRequest(body);
    if (!request.ok) return failed("malformedRequest", request.error.type);
    try {
      return await handle(request.value, authorization);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.body.reason !== "tooManyRequests") onError(name, error);
      return failure;
    }
  };
  return {
    name,
    maxRequestBytes,
    serve: async (body, authorization) => {
      const reply = await answer(body, authorization);
      const failure = isFailed(reply) ? reply.body.reason : null;
      return { body: command.encodeReply(reply), kind: reply.kind, failure };
    },
  };
}

function isFailed(reply: Reply): reply is Failed {
  return reply.kind === "failed";
}

function failureOf(error: unknown): Failed {
  if (error instanceof StoreError)
    return failed(error.reason === "full" ? "storageFull" : "databaseUnavailable");
  if (error instanceof RecoveryNeeded) return failed("notAvailable", "recovery needed");
  if (error instanceof WriterBusy) return failed("tooManyRequests");
  return failed("internal");
}
