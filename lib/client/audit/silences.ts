import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { AuditHost } from "../engine-parts.ts";
import type { LedgerView } from "../ledger/ledger-client.ts";
import type { AuditFault, Unanswered } from "./audit-context.ts";
import { type FaultDesk, WITHHELD } from "./fault-desk.ts";
import { isRemoved } from "./removal.ts";
import { FAULTS } from "./tables.ts";
import { keepSilences, pausesWrites, withheldDetail, withheldProofs } from "./withheld-proofs.ts";

/** What follows from silence about this device's own work: nothing more is written where it cannot be checked. */
export interface Silences {
  /** The check of a log's newest seal was left without its proof. */
  readonly take: (log: Bytes, unanswered: Unanswered, view: LedgerView) => Promise<void>;
  /** At the end of a round: keeps what was left unanswered, whatever its excuse, and acts on what is too much. */
  readonly raise: (logs: readonly Bytes[], view: LedgerView) => Promise<void>;
}

export function createSilences(host: AuditHost, desk: Pick<FaultDesk, "raise">): Silences {
  const raiseOne = async (log: Bytes, detail: string, { instanceKeys, sealedEpoch }: LedgerView) => {
    if (await isRemoved(host, log)) return;
    const isKnown = (await host.rows.get(FAULTS, log)) !== undefined;
    const fault: AuditFault = {
      check: "E3",
      detail: isKnown ? WITHHELD : detail,
      epoch: isKnown ? null : sealedEpoch,
      slot: null,
      notes: [],
      subject: { type: "none" },
    };
    await desk.raise(log, fault, instanceKeys);
  };
  return {
    take: async (log, unanswered, view) => {
      const { proof = "seal" } = unanswered;
      host.proofs.unanswered(log, proof, unanswered);
      // Said again and again, it is no moment's lag of one instance behind another.
      if (unanswered.because === "refused") {
        await raiseOne(log, OLDER.get(unanswered.detail) ?? withheldDetail(proof), view);
      }
    },
    raise: async (logs, view) => {
      await keepSilences(host);
      const withheld = (await withheldProofs(host)).filter(pausesWrites);
      for (const log of logs) {
        const row = withheld.find((candidate) => equalBytes(candidate.log, log));
        const isRaised = !row || (await host.rows.get(FAULTS, log)) !== undefined;
        if (!isRaised) await raiseOne(log, withheldDetail(row.proof), view);
      }
    },
  };
}

/** Answers of a server that knows less than it once did, by what people are told. */
const OLDER: ReadonlyMap<string, string> = new Map([
  ["notSealed", "ServerOlder"],
  ["unknownLog", "ServerOlder"],
  ["SessionRefused", "DeviceUnknown"],
]);
