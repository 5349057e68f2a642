import type { Bytes } from "#protocol/bytes/bytes.ts";
import { type Record as LogRecord, parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import { append } from "#protocol/wire/append.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import type { Command, FailureReason } from "#protocol/wire/command.ts";
import {
  proveEntries,
  readAuthority,
  readHead,
  readLeafHashes,
  readLeaves,
} from "#protocol/wire/log-reading.ts";
import { encodeFailure, type ServedCommand } from "#server/command/served-command.ts";

export type ServedReply = Awaited<ReturnType<ServedCommand["serve"]>>;

/** One request as it came in. */
export interface Call {
  readonly name: string;
  readonly body: Bytes;
  readonly authorization: string | undefined;
}

/** The request's content if it is one of this command. */
export function requestOf<Q, R>(call: Call, command: Command<Q, R>): Q | undefined {
  if (call.name !== command.name) return undefined;
  const request = command.parseRequest(call.body);
  return request.ok ? request.value : undefined;
}

export function replyWith<Q, R extends { readonly kind: string }>(
  command: Command<Q, R>,
  reply: R,
): ServedReply {
  return { body: command.encodeReply(reply), kind: reply.kind, failure: null };
}

/** The same reply with something else in it; other replies go through as they are. */
export async function tamper<Q, R extends { readonly kind: string }>(
  served: ServedReply,
  command: Command<Q, R>,
  change: (reply: R) => R | Promise<R>,
): Promise<ServedReply> {
  const reply = command.parseReply(served.body);
  return reply.ok ? replyWith(command, await change(reply.value)) : served;
}

export function refuse(reason: FailureReason): ServedReply {
  return { body: encodeFailure(reason), kind: "failed", failure: reason };
}

export interface AppendCall {
  readonly log: Bytes;
  readonly signed: SignedRecord;
  readonly record: LogRecord;
  readonly contents: readonly Bytes[];
}

/** What the request would append. */
export function appendOf(call: Call): AppendCall | undefined {
  const request = requestOf(call, append);
  if (!request) return undefined;
  const record = parseRecord(request.signed.record);
  if (!record.ok) return undefined;
  return {
    log: request.log,
    signed: request.signed,
    record: record.value,
    contents: request.contents,
  };
}

/** The log whose proofs are asked for. */
export function proofLogOf(call: Call): Bytes | undefined {
  for (const command of [
    auditEpoch,
    readHead,
    readLeafHashes,
    readLeaves,
    readAuthority,
    proveEntries,
  ] as const) {
    if (call.name !== command.name) continue;
    const request = command.parseRequest(call.body);
    return request.ok ? request.value.log : undefined;
  }
  return undefined;
}

/** Asks for leaves or for what stands under them, beyond what an audit of a seal needs. */
export function asksForLeaves({ name }: Call): boolean {
  return [readLeafHashes, readLeaves, readAuthority, proveEntries].some((command) => command.name === name);
}
