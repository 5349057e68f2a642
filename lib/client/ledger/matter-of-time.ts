import type { LedgerError } from "#protocol/checkpoint/ledger-bundle.ts";

/**
 * Whether the light client only says that too much time has passed, or that a clock is off: nobody's lie, and over as
 * soon as a newer anchor or the right time is there. Until then what this device has checked before still stands.
 */
export function isMatterOfTime(error: LedgerError): boolean {
  switch (error.type) {
    case "StepRefused":
      return error.reason.type === "TrustExpired" || error.reason.type === "HeaderFromFuture";
    case "BundleBehindTrust":
    case "HeightNeeded":
      return true;
    case "BundleMalformed":
    case "AnchorBlockMissing":
    case "AnchorRefused":
    case "StatementRefused":
      return false;
  }
}
