import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { EpochSealFault } from "#protocol/checkpoint/epoch-seal.ts";
import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import {
  checkEpoch,
  comparedHeads,
  type EpochFault,
  type VerifiedCheckpoint,
} from "#protocol/log/check-epoch.ts";
import { epochSlotKeyOf, type Head, parseNote } from "#protocol/log/head.ts";
import type { MapProof } from "#protocol/prefix-map/map-proof.ts";
import { verifyEntry } from "#protocol/prefix-map/map-proof.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import type { AuditHost } from "../engine-parts.ts";
import { type AuditFault, type Unanswered, unansweredOf } from "./audit-context.ts";
import { checkSeal } from "./epoch-seals.ts";
import type { CheckpointRow, Slot } from "./tables.ts";

/** What checks E3 and E4 of one log in one anchored epoch came to. */
export type LogEpoch =
  | { readonly type: "passed"; readonly checkpoint: VerifiedCheckpoint; readonly row: CheckpointRow }
  /** Proven: the epoch's tree has no slot of this log. */
  | { readonly type: "absent"; readonly proof: MapProof }
  | { readonly type: "failed"; readonly fault: AuditFault }
  | Unanswered;

export interface LogEpochQuestion {
  readonly log: Bytes;
  readonly epoch: number;
  /** The one that the ledger proves, and its root. */
  readonly record: Bytes;
  readonly epochRoot: Bytes;
  readonly registry: readonly RegistryEntry[];
  /** The newest verified head, and whatever else the checkpoint must be of one history with. */
  readonly relied: readonly Head[];
  /** Newest verified checkpoint of an earlier epoch. */
  readonly previous: CheckpointRow | undefined;
  /** Map keys to prove under the checkpoint. */
  readonly keys: readonly Bytes[];
}

export async function checkLogEpoch(
  host: Pick<AuditHost, "suite" | "sessions" | "rows">,
  question: LogEpochQuestion,
): Promise<LogEpoch> {
  const { suite, sessions } = host;
  const { log, epoch, epochRoot, keys } = question;
  const previous = question.previous && {
    head: { log, size: question.previous.size, root: question.previous.root },
    epoch: question.previous.slot.epoch,
  };
  const relying = { relied: question.relied, previous: previous ?? null };
  const fromSizes = comparedHeads(relying).map(({ size }) => size);
  const answer = await sessions.call(auditEpoch, { log, epoch, fromSizes, keys });
  if (!answer.ok) return unansweredOf(answer.error);
  const reply = answer.value;
  if (reply.kind !== "notSealed") {
    const sealed = await checkSeal(host, reply.body.seal, question, question.registry);
    if (!sealed.ok) return sealFault(sealed.error, epoch);
  }
  switch (reply.kind) {
    case "notSealed":
      // The ledger says otherwise; an instance may be behind it for a moment.
      return { type: "unanswered", because: "refused", detail: "notSealed" };
    case "absent": {
      const { slotProof: proof } = reply.body;
      const key = epochSlotKeyOf(suite, log);
      const isAbsent = verifyEntry(suite.sha256, { root: epochRoot, key, valueHash: null, proof }).ok;
      return isAbsent ? { type: "absent", proof } : failed("E3", "AbsenceNotProven", epoch, null);
    }
    case "audited": {
      const checked = checkEpoch(suite, {
        log,
        epoch,
        epochRoot,
        instanceKeys: question.registry.map(({ key }) => key),
        ...relying,
        answer: reply.body,
      });
      const slot: Slot = { epoch, note: reply.body.note, proof: reply.body.slotProof };
      if (!checked.ok) {
        const { check, type } = checked.error;
        if (type === "LeafBeyondSeal" && previous) {
          const { epochLeaf, inclusionPath } = reply.body;
          const index = checked.error.checkpoint.size - 1;
          const subject = {
            type: "beyondSeal",
            leaf: { leaf: epochLeaf, index, inclusionPath },
            epoch: previous.epoch,
          } as const;
          const fault = { check, detail: type, epoch, slot, notes: [reply.body.note], subject };
          return { type: "failed", fault };
        }
        return failed(check, type, epoch, isInTree(checked.error) ? slot : null, reply.body.note);
      }
      const { head, closedEpoch } = checked.value;
      const row: CheckpointRow = {
        v: 1,
        slot,
        size: head.size,
        root: head.root,
        closedEpoch,
        epochLeaf: reply.body.epochLeaf,
        inclusionPath: reply.body.inclusionPath,
      };
      return { type: "passed", checkpoint: checked.value, row };
    }
  }
}

function sealFault(error: EpochSealFault, epoch: number): LogEpoch {
  const { type: detail } = error;
  const fault: AuditFault = { check: "E3", detail, epoch, slot: null, notes: [], subject: { type: "none" } };
  const rival = error.type === "EpochRecordDiffers" ? error.signed : null;
  return { type: "failed", fault: { ...fault, ...(rival && { rival }) } };
}

export function failed(
  check: AuditFault["check"],
  detail: string,
  epoch: number,
  slot: Slot | null,
  note?: Bytes,
): Extract<LogEpoch, { type: "failed" }> {
  const notes = note && parseNote(note).ok ? [note] : [];
  return { type: "failed", fault: { check, detail, epoch, slot, notes, subject: { type: "none" } } };
}

/** Whether the seal itself stands behind the checkpoint that failed. */
function isInTree(fault: EpochFault): boolean {
  switch (fault.type) {
    case "CheckpointNoteInvalid":
    case "CheckpointNotInEpochTree":
      return false;
    case "CheckpointInconsistent":
    case "CheckpointShrank":
    case "EpochLeafNotLast":
    case "LeafBeyondSeal":
    case "CheckpointEntryNotProven":
      return true;
  }
}
