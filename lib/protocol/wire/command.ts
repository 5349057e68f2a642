import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { codec, enumeration, type Infer, type Schema, struct, text, variant } from "../codec/schema.ts";
import type { Result } from "../result.ts";

/**
 * One command: `POST /v1/<name>`, a deterministic-CBOR request, a closed union of replies. Ids are always in the
 * body, never in a path. Every command may also be answered by `failed`, which concerns the transport only and
 * proves nothing. A session, where one is of use, travels as `authorization: Bearer <base64url token>`: before the
 * body, of which no more is read than its holder may send.
 */
export interface Command<Request, Reply> {
  readonly name: string;
  /** `optional`: some requests are answered without one, if they are small. */
  readonly session: "none" | "optional" | "required";
  readonly maxRequestBytes: number;
  /** Of a request without a session. */
  readonly maxAnonymousBytes: number;
  readonly maxReplyBytes: number;
  readonly encodeRequest: (request: Request) => Bytes;
  readonly parseRequest: (body: Bytes) => Result<Request, FormatError>;
  readonly encodeReply: (reply: Reply) => Bytes;
  readonly parseReply: (body: Bytes) => Result<Reply, FormatError>;
}

export type RequestOf<C> = C extends Command<infer Q, infer _> ? Q : never;
export type ReplyOf<C> = C extends Command<infer _, infer R> ? R : never;

const failureSchema = struct({
  reason: [
    1,
    enumeration({
      malformedRequest: 1,
      noSession: 2,
      notAllowed: 3,
      unknownLog: 4,
      tooLarge: 5,
      tooManyRequests: 6,
      databaseUnavailable: 7,
      storageFull: 8,
      notAvailable: 9,
      internal: 10,
    }),
  ],
  /** For the operator's eyes; never shown as it is. */
  detail: [2, text(300)],
});
export type Failure = Infer<typeof failureSchema>;
export type FailureReason = Failure["reason"];

export function defineCommand<Q, R extends object>(definition: {
  readonly name: string;
  readonly session: Command<Q, unknown>["session"];
  /** Needed where the session is optional. */
  readonly maxAnonymousBytes?: number;
  readonly request: Schema<Q>;
  readonly maxRequestBytes: number;
  readonly replies: { readonly [K in keyof R]: readonly [tag: number, schema: Schema<R[K]>] };
  readonly maxReplyBytes: number;
}) {
  const requestCodec = codec(definition.request, definition.maxRequestBytes);
  const replySchema = variant<R & { failed: Failure }>(withFailure(definition.replies));
  const replyCodec = codec(replySchema, definition.maxReplyBytes);
  return {
    name: definition.name,
    session: definition.session,
    maxRequestBytes: definition.maxRequestBytes,
    maxAnonymousBytes:
      definition.maxAnonymousBytes ?? (definition.session === "none" ? definition.maxRequestBytes : 0),
    maxReplyBytes: definition.maxReplyBytes,
    requestSchema: definition.request,
    replySchema,
    encodeRequest: requestCodec.encode,
    parseRequest: requestCodec.decode,
    encodeReply: replyCodec.encode,
    parseReply: replyCodec.decode,
  };
}

type Members<R> = { readonly [K in keyof R]: readonly [tag: number, schema: Schema<R[K]>] };

/** Tag 0 is every command's `failed`. */
function withFailure<R extends object>(replies: Members<R>): Members<R & { failed: Failure }> {
  const members: unknown = { ...replies, failed: [0, failureSchema] };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a spread of a mapped type loses the mapping; both halves were typed before.
  return members as Members<R & { failed: Failure }>;
}
