import type { LedgerPort } from "#ledger/port.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { MAX_EPOCHS_PER_STATEMENT } from "#protocol/checkpoint/ledger-statement.ts";
import type { LedgerBundles } from "../ports.ts";

/** The bundle route: one answer with all that an audit of this deployment needs of the ledger. */
export function createLedgerBundles(
  ledger: Pick<LedgerPort, "fetchEvidence">,
  deployment: Bytes,
  onUnavailable: (error: unknown) => void,
): LedgerBundles {
  return {
    bundle: async ({ trustedHeight, fromEpoch, toEpoch }) => {
      const count = fromEpoch < 0 ? 0 : (toEpoch ?? Number.MAX_SAFE_INTEGER) - fromEpoch + 1;
      try {
        return await ledger.fetchEvidence({
          deployment,
          trustedHeight,
          firstEpoch: Math.max(0, fromEpoch),
          maxEpochs: Math.min(Math.max(0, count), MAX_EPOCHS_PER_STATEMENT),
        });
      } catch (error) {
        onUnavailable(error);
        return undefined;
      }
    },
  };
}
