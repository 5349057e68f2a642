import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { enumeration, type Infer, integer, struct, text, timeMs, uint } from "#protocol/codec/schema.ts";
import { hashSchema } from "#protocol/log/identifiers.ts";
import type { AuditHost } from "../engine-parts.ts";
import { rowVersion } from "../journal/row-schemas.ts";
import { createTable, putRow, removeRow, type SealedChange } from "../storage/sealed-rows.ts";
import { HEAD_OLDER, type Proof, type UnansweredProof } from "../transport/proof-watch.ts";
import { WITHHELD } from "./fault-desk.ts";
import { isRemoved } from "./removal.ts";
import { FAULTS, type LivenessReason } from "./tables.ts";

/**
 * Silence that is counted: for each log and each proof the seals at which this device asked and got nothing, although
 * the server answered other questions. Kept over locks, and taken back by nothing but that very proof, whole and right.
 */

const PROOF_NUMBERS: Readonly<{ [P in Proof]: number }> = {
  seal: 1,
  leafHashes: 2,
  replay: 3,
  organization: 4,
  genesis: 5,
  head: 6,
  entries: 7,
  authority: 8,
  ownRecord: 9,
};

const withheldRowSchema = struct({
  v: [0, rowVersion],
  log: [1, hashSchema],
  proof: [2, enumeration(PROOF_NUMBERS)],
  since: [3, timeMs],
  /** For developers: what came instead the last time. */
  detail: [4, text(100)],
  /** Seals at which it was asked for in vain, and the newest of them. */
  seals: [5, uint],
  countedEpoch: [6, integer(-1, Number.MAX_SAFE_INTEGER)],
  /** Those at which the network or a busy server was an excuse. */
  excused: [7, uint],
  excusedEpoch: [8, integer(-1, Number.MAX_SAFE_INTEGER)],
});
export type WithheldRow = Infer<typeof withheldRowSchema>;

/** [log, number of the proof] */
const WITHHELD_PROOFS = createTable("audit-withheld", withheldRowSchema, 512);

type KeepingHost = Pick<AuditHost, "rows" | "proofs" | "locks" | "identity" | "now">;

/** Adds what was asked for since the last time. Any tab may do so. */
export async function keepSilences({ rows, proofs, locks, identity, now }: KeepingHost): Promise<void> {
  await locks.run(`holdfast/withheld/${toHex(identity.device)}`, async () => {
    const { verified, unanswered } = proofs.take();
    if (verified.length === 0 && unanswered.length === 0) return;
    const before = await rows.list(WITHHELD_PROOFS);
    const kept = new Map(before.map((row) => [nameOf(row), row]));
    for (const given of verified) kept.delete(nameOf(given));
    for (const silence of unanswered) {
      // Before the first seal there is nothing to prove.
      if (silence.epoch < 0) continue;
      kept.set(nameOf(silence), counted(kept.get(nameOf(silence)), silence, now()));
    }
    const changes: SealedChange[] = [...kept.values()]
      .filter((row) => !before.includes(row))
      .map((row) => putRow(WITHHELD_PROOFS, keyOf(row), row));
    for (const row of before) {
      if (!kept.has(nameOf(row))) changes.push(removeRow(WITHHELD_PROOFS, keyOf(row)));
    }
    if (changes.length > 0) await rows.write(changes);
  });
}

/** A busy server, or a network that fails in the middle, is believed at so many seals and no longer. */
function counted(row: WithheldRow | undefined, silence: UnansweredProof, now: number): WithheldRow {
  const { log, proof, epoch, isExcused } = silence;
  const base = row ?? { v: 1, log, proof, since: now, ...NOTHING };
  const before: WithheldRow = { ...base, detail: silence.detail.slice(0, MAX_DETAIL) };
  if (epoch <= before.countedEpoch) return row ?? before;
  if (isExcused && epoch <= before.excusedEpoch) return row ?? before;
  return isExcused && before.excused < MAX_EXCUSED_SEALS
    ? { ...before, excused: before.excused + 1, excusedEpoch: epoch }
    : { ...before, seals: before.seals + 1, countedEpoch: epoch };
}

/** Those that an honest server would have given by now. */
export async function withheldProofs({ rows }: Pick<AuditHost, "rows">): Promise<readonly WithheldRow[]> {
  return (await rows.list(WITHHELD_PROOFS)).filter(({ seals }) => seals >= WITHHELD_SEALS);
}

/** Whether the proof of this log's newest seal is still excused, for a server that is busy or a network that fails. */
export async function isSealExcused({ rows }: Pick<AuditHost, "rows">, log: Bytes): Promise<boolean> {
  const row = await rows.get(WITHHELD_PROOFS, ...keyOf({ log, proof: "seal" }));
  return row !== undefined && row.excused > 0 && row.seals < WITHHELD_SEALS;
}

/** About the logs that are checked here. */
export async function silenceReasons(
  host: AuditHost,
  logs: readonly { readonly log: Bytes }[],
): Promise<readonly LivenessReason[]> {
  const reasons: LivenessReason[] = [];
  for (const { log, proof, since, seals, detail: came } of await host.rows.list(WITHHELD_PROOFS)) {
    // A head below one that was shown before is news by itself, where no newer one followed up to the end of a round.
    const isOlder = came === HEAD_OLDER && seals > 0;
    if (!isOlder && seals < WITHHELD_SEALS) continue;
    if (!logs.some((audited) => equalBytes(audited.log, log))) continue;
    const workspace = toHex(log);
    if (await isRemoved(host, log)) {
      const isTold = reasons.some((reason) => reason.workspace === workspace);
      if (!isTold) reasons.push({ code: "E5", state: "stale", workspace, since, detail: REMOVED });
      continue;
    }
    const detail = isOlder ? SERVER_OLDER : withheldDetail(proof);
    // Where writes pause for it, the fault says it.
    if ((await host.rows.get(FAULTS, log))?.detail === detail) continue;
    reasons.push({ code: CHECK_OF[proof], state: "suspect", workspace, since, detail });
  }
  return reasons;
}

export function isSilence({ detail }: LivenessReason): boolean {
  return [REMOVED, SERVER_OLDER].includes(detail) || detail.startsWith(WITHHELD);
}

/** As `WITHHELD` of the fault desk with the proof's name, by which people are told. */
export function withheldDetail(proof: Proof): string {
  return `${WITHHELD}: ${proof}`;
}

/** Without them this device cannot say that its own work stands as it was made: writes pause. */
export function pausesWrites({ proof }: WithheldRow): boolean {
  return proof === "seal" || proof === "leafHashes";
}

const CHECK_OF = {
  seal: "E3",
  leafHashes: "I2",
  replay: "E6",
  organization: "I3",
  genesis: "E3",
  head: "I2",
  entries: "I3",
  authority: "I3",
  ownRecord: "E1",
} as const satisfies { readonly [P in Proof]: LivenessReason["code"] };

function keyOf({ log, proof }: Pick<WithheldRow, "log" | "proof">) {
  return [log, PROOF_NUMBERS[proof]] as const;
}

function nameOf({ log, proof }: Pick<WithheldRow, "log" | "proof">): string {
  return `${proof} ${toHex(log)}`;
}

const NOTHING = { detail: "", seals: 0, countedEpoch: -1, excused: 0, excusedEpoch: -1 } as const;
const REMOVED = "Removed";
const SERVER_OLDER = "ServerOlder";
const MAX_DETAIL = 100;
/** One may be an accident. */
const WITHHELD_SEALS = 2;
const MAX_EXCUSED_SEALS = 2;
