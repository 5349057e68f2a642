import { type Context, Hono } from "hono";
import { toHex } from "#protocol/bytes/text.ts";
import type { FailureReason } from "#protocol/wire/command.ts";
import { encodeFailure, type ServedCommand, type ServedReply } from "../command/served-command.ts";
import type { ByteBudget } from "../limits/byte-budget.ts";
import { StoreError } from "../store/store-error.ts";
import { outgoingOf } from "./node-parts.ts";
import { type BodyFault, type BodyPace, readBody } from "./read-body.ts";
import { statusOfFailure } from "./status.ts";

/** A route beside the commands, such as the event stream or the ledger's reading routes. */
export interface ExtraRoute {
  readonly method: "GET" | "POST";
  /** Exact, or with one `:name` as its last part. */
  readonly path: string;
  readonly handle: (request: Request) => Promise<Response>;
}

export interface HttpAppOptions {
  /** Origin of the app: the only one whose pages may call. */
  readonly appOrigin: string;
  /** The commands; undefined while the database has not been reached yet. */
  readonly commands: () => ReadonlyMap<string, ServedCommand> | undefined;
  /** Empty until the server is ready. */
  readonly routes: () => readonly ExtraRoute[];
  /** Rejects while the server cannot work. */
  readonly checkHealth: () => Promise<void>;
  /** False turns the request away with `tooManyRequests`. */
  readonly admit: (request: AdmissionRequest) => boolean;
  readonly onReply: (command: string, reply: string, durationMs: number) => void;
  /** Address of the peer, as seen by the socket or by a proxy in front. */
  readonly clientOf: (context: Context) => string;
  /** Its connection carries requests in a session. */
  readonly onCaller: (context: Context) => void;
  readonly budgets: HttpBudgets;
  readonly bodyPace: BodyPace;
  readonly onError: (error: Error) => void;
}

/** What may be in memory at once. */
export interface HttpBudgets {
  /** Bodies in a session, by device, and replies. */
  readonly inFlight: ByteBudget;
  /** Bodies without one, by address. */
  readonly anonymous: ByteBudget;
}

export interface AdmissionRequest {
  /** Name of a command, or the path of another route. */
  readonly command: string;
  readonly client: string;
}

const PREFLIGHT_SECONDS = "7200";

/** The API as one origin of its own: CBOR in, CBOR out, no cookies, nothing that a browser would render. */
export function createHttpApp(options: HttpAppOptions): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    const origin = context.req.header("origin");
    const isForeign = origin !== undefined && origin !== options.appOrigin;
    if (context.req.method === "OPTIONS") {
      context.res = isForeign ? new Response(null, { status: 403 }) : preflight();
    } else if (isForeign) {
      context.res = failure("notAllowed", "origin");
    } else {
      await next();
    }
    setHeaders(context, options.appOrigin);
  });

  app.get("/health", async () => {
    try {
      await options.checkHealth();
      return new Response("ok\n", { headers: { "content-type": "text/plain" } });
    } catch (error) {
      // What a database says of itself is for the log.
      const reason = error instanceof Error && !(error instanceof StoreError) ? `: ${error.message}` : "";
      return new Response(`not ready${reason}\n`, {
        status: 503,
        headers: { "content-type": "text/plain" },
      });
    }
  });

  app.all("*", async (context) => {
    const { method, path } = context.req;
    const extra = options.routes().find((route) => route.method === method && matches(route.path, path));
    const name = extra ? extra.path : (COMMAND.exec(path)?.[1] ?? "");
    if (!options.admit({ command: name, client: options.clientOf(context) }))
      return failure("tooManyRequests");
    if (extra) return extra.handle(context.req.raw);
    if (method !== "POST" || name === "") return failure("malformedRequest", "POST /v1/<command>");
    return serveCommand(options, name, context);
  });

  app.onError((error, context) => {
    options.onError(error);
    context.res = failure("internal");
    setHeaders(context, options.appOrigin);
    return context.res;
  });
  return app;
}

async function serveCommand(options: HttpAppOptions, name: string, context: Context): Promise<Response> {
  const request = context.req.raw;
  const commands = options.commands();
  if (!commands) return failure("databaseUnavailable");
  const command = commands.get(name);
  if (!command) return failure("malformedRequest", "no such command");
  if (request.headers.get("content-type") !== "application/cbor")
    return failure("malformedRequest", "content-type");
  const authorization = request.headers.get("authorization") ?? undefined;
  const admitted = await command.admit(authorization);
  if (!admitted.ok) return answer(admitted.error);
  const { caller, maxBytes, beyond } = admitted.value;
  if (caller) options.onCaller(context);
  const client = options.clientOf(context);
  const holder = caller ? toHex(caller.device) : client;
  const bodies = caller ? options.budgets.inFlight : options.budgets.anonymous;
  let heldBytes = 0;
  const take = (bytes: number): boolean => {
    const isTaken = bodies.take(holder, bytes);
    if (isTaken) heldBytes += bytes;
    return isTaken;
  };
  try {
    const body = await readBody(request, { maxBytes, pace: options.bodyPace, take });
    if (!body.ok) return failureOfBody(body.error, beyond);
    const startedMs = performance.now();
    const reply = await command.serve(body.value, authorization);
    options.onReply(name, reply.failure ?? reply.kind, performance.now() - startedMs);
    return holdReply(options, context, holder, reply);
  } finally {
    bodies.give(holder, heldBytes);
  }
}

/** A reply is in memory until its last byte has left, however slowly the other side takes it. */
function holdReply(options: HttpAppOptions, context: Context, holder: string, reply: ServedReply): Response {
  const { inFlight } = options.budgets;
  const { length } = reply.body;
  if (!inFlight.take(holder, length)) return failure("tooManyRequests", "replies in flight");
  const give = (): void => inFlight.give(holder, length);
  const outgoing = outgoingOf(context);
  if (outgoing) outgoing.once("close", give);
  else give();
  return answer(reply);
}

function failureOfBody(fault: BodyFault, beyond: FailureReason): Response {
  switch (fault) {
    case "tooLarge":
      return failure(beyond, "body too large");
    case "tooSlow":
      return failure("tooManyRequests", "body too slow");
    case "broken":
      return failure("malformedRequest", "body broken off");
    case "noRoom":
      return failure("tooManyRequests", "bodies in flight");
  }
}

function answer({ body, failure }: ServedReply): Response {
  return cbor(body, failure === null ? 200 : statusOfFailure(failure));
}

function failure(reason: FailureReason, detail = ""): Response {
  return cbor(encodeFailure(reason, detail), statusOfFailure(reason));
}

function cbor(body: Uint8Array, status: number): Response {
  return new Response(hasOwnBuffer(body) ? body : new Uint8Array(body), {
    status,
    headers: { "content-type": "application/cbor", "cache-control": "no-store" },
  });
}

/** `Response` wants a buffer that nobody shares; megabytes of blocks, which have one, are not copied again. */
function hasOwnBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length;
}

function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "authorization, content-type, last-event-id",
      // One URL per command, so a browser asks once per command and two hours.
      "access-control-max-age": PREFLIGHT_SECONDS,
    },
  });
}

function setHeaders(context: Context, appOrigin: string): void {
  const { headers } = context.res;
  headers.set("access-control-allow-origin", appOrigin);
  headers.set("vary", "origin");
  headers.set("content-security-policy", "default-src 'none'; sandbox");
  headers.set("cross-origin-resource-policy", "cross-origin");
  headers.set("referrer-policy", "no-referrer");
  headers.set("x-content-type-options", "nosniff");
}

/** Exact, or with one `:name` as its last part. */
function matches(pattern: string, path: string): boolean {
  const variable = pattern.indexOf("/:");
  if (variable < 0) return pattern === path;
  const fixed = pattern.slice(0, variable + 1);
  return path.startsWith(fixed) && !path.slice(fixed.length).includes("/");
}

const COMMAND = /^\/v1\/([a-z-]{1,40})$/;
