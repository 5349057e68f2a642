import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { SignedRecord } from "#protocol/log/record.ts";
import type { SignedRefusal } from "#protocol/log/refusal.ts";
import type { CheckCode, EngineError } from "../engine.ts";
import type { LogHost } from "./log-host.ts";

/** A check that failed in the course of an operation, with what an audit needs to make evidence of it. */
export interface FaultReport {
  readonly log: Bytes;
  readonly check: CheckCode;
  /** Name of the fault, as the protocol's checks call it. */
  readonly detail: string;
  /** Signed notes at odds with each other or with the answer, the one accepted before first. */
  readonly notes: readonly Bytes[];
  /** This device's record, and the encoded receipt that the server gave for it. */
  readonly operation: { readonly signed: SignedRecord; readonly receipt: Bytes | null } | null;
  /** Of that operation, where it is the refusal that is untrue. */
  readonly refusal?: SignedRefusal;
}

export function answerInvalid(check: CheckCode, detail: string): EngineError {
  return { type: "ServerAnswerInvalid", check, detail };
}

/** The newest accepted head and one that contradicts it, for whoever makes evidence of them. */
export async function notesBeside(
  host: Pick<LogHost, "journal">,
  log: Bytes,
  ...notes: readonly Bytes[]
): Promise<readonly Bytes[]> {
  const { head } = await host.journal.log(log);
  return head ? [head.note, ...notes] : notes;
}
