import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toBase64Url } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { Command, Failure, FailureReason } from "#protocol/wire/command.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { meaningOfForeignAnswer } from "./foreign-answer.ts";
import { DEFAULT_PACE, type ReadPace, readCapped, withTimeout } from "./read-capped.ts";

/** Why there is no answer. None of it says anything about the server's honesty. */
export type TransportError =
  | { readonly type: "ServerUnreachable" }
  | { readonly type: "ServerTimedOut" }
  | { readonly type: "ReplyTooLarge"; readonly maxBytes: number }
  /** Not a reply of this command: garbage, or another version's. */
  | { readonly type: "ReplyMalformed" }
  /** Something on the way takes no request of this size. */
  | { readonly type: "RequestTooLarge"; readonly sizeBytes: number }
  /** A request of this size brought no answer, and a small one sent right behind it did. */
  | { readonly type: "RequestLost"; readonly sizeBytes: number }
  /** Something on the way does not let it pass. */
  | { readonly type: "RequestRefused"; readonly status: number }
  /** What answered is not Holdfast, such as a network's page to sign in. */
  | { readonly type: "ForeignAnswer" }
  /** The server, or what stands before it, says that it could not. */
  | { readonly type: "ServerFailed"; readonly reason: FailureReason; readonly detail: string };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What every command may also be answered with; `call` turns it into an error. */
export type Failed = { readonly kind: "failed"; readonly body: Failure };

export interface Transport {
  /** Origin of the API. */
  readonly api: string;
  /** `session`: the token of `Sessions`, for commands that need one. */
  readonly call: <Q, R extends { readonly kind: string }>(
    command: Command<Q, R | Failed>,
    request: Q,
    session?: Bytes,
  ) => Promise<Result<R, TransportError>>;
  readonly post: (
    path: string,
    body: Bytes,
    headers: Readonly<{ [name: string]: string }>,
    signal: AbortSignal,
  ) => Promise<Response>;
}

export interface TransportOptions {
  /** Origin of the API. */
  readonly api: string;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Until the first byte of the reply's headers; large requests get more, by their size. */
  readonly headerTimeoutMs?: number;
  readonly pace?: ReadPace;
}

const HEADER_TIMEOUT_MS = 30_000;
/** Smaller ones pass wherever anything does. */
const LARGE_REQUEST_BYTES = 32 * 1024;
/** The slowest upload that is still waited for. */
const MIN_UPLOAD_BYTES_PER_SECOND = 8 * 1024;

export function createTransport(options: TransportOptions): Transport {
  const { api, now } = options;
  const pace = options.pace ?? DEFAULT_PACE;
  const post: Transport["post"] = (path, body, headers, signal) =>
    options.fetch(`${api}${path}`, {
      method: "POST",
      body: hasPlainBuffer(body) ? body : new Uint8Array(body),
      headers: { "content-type": "application/cbor", ...headers },
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal,
    });

  const isAnswering = async (): Promise<boolean> => {
    const { name, encodeRequest, parseReply, maxReplyBytes } = serverInfo;
    const aborter = new AbortController();
    try {
      const asked = post(`/v1/${name}`, encodeRequest({}), {}, aborter.signal);
      const body = (await withTimeout(asked, options.headerTimeoutMs ?? HEADER_TIMEOUT_MS))?.body;
      const read = body && (await readCapped(body, maxReplyBytes, pace, now));
      return read?.ok === true && parseReply(read.value).ok;
    } catch {
      return false;
    } finally {
      aborter.abort();
    }
  };

  return {
    api,
    post,
    call: async (command, request, session) => {
      const body = command.encodeRequest(request);
      const aborter = new AbortController();
      try {
        const timeoutMs =
          (options.headerTimeoutMs ?? HEADER_TIMEOUT_MS) + (body.length / MIN_UPLOAD_BYTES_PER_SECOND) * 1000;
        const response = await withTimeout(
          post(`/v1/${command.name}`, body, authorizationOf(session), aborter.signal),
          timeoutMs,
        );
        if (response === undefined) return err({ type: "ServerTimedOut" });
        return await readReply(response, command, pace, now, body.length);
      } catch {
        // `fetch` rejects for every kind of unreachable, also for a proxy's refusal without the headers that would
        // let a page read it, and does not tell them apart.
        const isLost = body.length >= LARGE_REQUEST_BYTES && (await isAnswering());
        return err(isLost ? { type: "RequestLost", sizeBytes: body.length } : { type: "ServerUnreachable" });
      } finally {
        aborter.abort();
      }
    },
  };
}

export function authorizationOf(session: Bytes | undefined): Readonly<{ [name: string]: string }> {
  return session ? { authorization: `Bearer ${toBase64Url(session)}` } : {};
}

async function readReply<Q, R extends { readonly kind: string }>(
  response: Response,
  command: Command<Q, R | Failed>,
  pace: ReadPace,
  now: () => number,
  requestBytes: number,
): Promise<Result<R, TransportError>> {
  if (response.body === null) return err(meaningOfForeignAnswer(response, requestBytes));
  const { body: stream, headers } = response;
  const body = await readCapped(stream, command.maxReplyBytes, pace, now, announcedBytes(headers));
  if (!body.ok) {
    switch (body.error.type) {
      case "BodyTooLarge":
        return err(
          response.ok
            ? { type: "ReplyTooLarge", maxBytes: command.maxReplyBytes }
            : meaningOfForeignAnswer(response, requestBytes),
        );
      case "BodyTooSlow":
        return err({ type: "ServerTimedOut" });
      case "BodyBroken":
        return err({ type: "ServerUnreachable" });
    }
  }
  const reply = command.parseReply(body.value);
  if (!reply.ok) return err(meaningOfForeignAnswer(response, requestBytes));
  return isFailed(reply.value) ? err({ type: "ServerFailed", ...reply.value.body }) : ok(reply.value);
}

function announcedBytes(headers: Headers): number {
  const announced = headers.get("content-length") ?? "";
  return /^[0-9]{1,9}$/.test(announced) ? Number(announced) : 0;
}

function isFailed(reply: { readonly kind: string }): reply is Failed {
  return reply.kind === "failed";
}

/** `fetch` takes no view of shared memory; the types cannot tell that none of ours is one. */
function hasPlainBuffer(bytes: Bytes): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
