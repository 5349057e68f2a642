import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { SignedEpochRecord } from "#protocol/evidence/evidence.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import type { CheckCode } from "../engine.ts";
import type { AuditHost } from "../engine-parts.ts";
import type { Mirror } from "../journal/mirror.ts";
import { type Proof, type Silence, silenceOf } from "../transport/proof-watch.ts";
import type { SessionError } from "../transport/sessions.ts";
import type { LedgerArchive } from "./ledger-archive.ts";
import type { RefusedRecord, Slot } from "./tables.ts";

/** What the steps of an audit share. */
export interface AuditContext {
  readonly host: AuditHost;
  readonly mirror: Mirror;
  readonly archive: LedgerArchive;
  /** Lets other work in this worker run; at once again if no time is given. */
  readonly pause: (pauseMs?: number) => Promise<void>;
}

/** A check that failed, with the signed statements that stand against each other as far as they were shown. */
export interface AuditFault {
  readonly check: CheckCode;
  /** As the protocol's checks call it. */
  readonly detail: string;
  /** Null where it showed in an operation and not in a seal. */
  readonly epoch: number | null;
  /** The log's slot, where the epoch's tree has it. */
  readonly slot: Slot | null;
  /** Signed notes that came from the server and are not among the accepted heads. */
  readonly notes: readonly Bytes[];
  readonly subject: FaultSubject;
  /** It is about other people's operations too: only a replay of all of them can take it back. */
  readonly needsReplay?: boolean;
  /** A record of this device, and the refusal of it that is untrue by what this device knows. */
  readonly refused?: RefusedRecord;
  /** An instance's signature over another record of an epoch than the anchored one. */
  readonly rival?: SignedEpochRecord;
}

type FaultSubject =
  | { readonly type: "none" }
  | { readonly type: "operation"; readonly index: number }
  | {
      readonly type: "staleRead";
      readonly index: number;
      readonly manifest: Bytes;
      readonly version: number;
    }
  /** A leaf under the fault's slot, of an epoch that this device has seen sealed without it. */
  | { readonly type: "beyondSeal"; readonly leaf: ProvenLeaf; readonly epoch: number };

/** The server gave nothing to check. */
export interface Unanswered extends Silence {
  readonly type: "unanswered";
  /** What was asked for; the proof that a seal is right where it is not said. */
  readonly proof?: Proof;
}

export function unansweredOf(error: SessionError): Unanswered {
  return { type: "unanswered", ...silenceOf(error) };
}

/** Every log that this device writes to or relies on, the organization's first. */
export async function auditedLogs(
  host: AuditHost,
): Promise<readonly { readonly log: Bytes; readonly name: string }[]> {
  const { organization } = host.identity;
  const workspaces = await host.workspaces();
  return [{ log: organization, name: "" }, ...workspaces.filter(({ log }) => !equalBytes(log, organization))];
}
