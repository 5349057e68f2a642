import type { LedgerError } from "#protocol/checkpoint/ledger-bundle.ts";
import type { NameError } from "#protocol/manifest/entry-name.ts";
import type { EngineError } from "../engine.ts";
import type { LedgerFault } from "../ledger/ledger-client.ts";
import { isMatterOfTime } from "../ledger/matter-of-time.ts";
import type { StorageError } from "../storage/row-store.ts";
import type { SessionError } from "../transport/sessions.ts";

/** Errors of the engine's parts in the words of its face. */
export function sessionErrorOf(error: SessionError): EngineError {
  switch (error.type) {
    case "ServerUnreachable":
    case "ServerTimedOut":
      return { type: "ServerUnreachable" };
    case "ReplyTooLarge":
    case "ReplyMalformed":
      return { type: "ServerRefused", reason: error.type };
    case "RequestTooLarge":
    case "RequestLost":
    case "RequestRefused":
    case "ForeignAnswer":
      return error;
    case "SessionRefused":
      return { type: "NotAllowed" };
    case "DeviceLocked":
      return { type: "DeviceLocked" };
    case "ServerFailed":
      return failureOf(error.reason);
  }
}

export function ledgerErrorOf(fault: LedgerFault): EngineError {
  switch (fault.type) {
    case "LedgerTransportFailed":
      return fault.cause.type === "ServerFailed"
        ? { type: "LedgerUnavailable" }
        : sessionErrorOf(fault.cause);
    case "LedgerRefused":
      return isMatterOfTime(fault.cause)
        ? (clocksApart(fault.cause) ?? { type: "LedgerUnavailable" })
        : { type: "LedgerNotTrusted", detail: fault.cause.type };
    case "LedgerSilentOnDeployment":
    case "LedgerEpochsShrank":
    case "LedgerEpochRewritten":
      return { type: "LedgerNotTrusted", detail: fault.type };
    case "LedgerEpochMissing":
      return { type: "LedgerUnavailable" };
  }
}

/** A header that validators signed and this device's clock has not reached: which of the two is off shows elsewhere. */
function clocksApart(error: LedgerError): EngineError | undefined {
  if (error.type !== "StepRefused" || error.reason.type !== "HeaderFromFuture") return undefined;
  const { aheadNs } = error.reason;
  return aheadNs === null
    ? undefined
    : { type: "ClockOff", clock: "unknown", aheadMs: -Number(aheadNs / 1_000_000n) };
}

export function storageErrorOf(error: StorageError): EngineError {
  switch (error.type) {
    case "StorageFull":
      return { type: "StorageFull", where: "device" };
    case "DeviceLocked":
      return { type: "DeviceLocked" };
    case "StorageOfOtherVersion":
      return error;
    case "StorageCorrupt":
      return { type: "StorageCorrupt", detail: error.detail };
  }
}

export function nameErrorOf(error: NameError): EngineError {
  switch (error.type) {
    case "NameEmpty":
      return { type: "NameInvalid", reason: "empty" };
    case "NameTooLong":
      return { type: "NameInvalid", reason: "tooLong" };
    case "NameHasSeparator":
      return { type: "NameInvalid", reason: "separator" };
    case "NameIsDots":
      return { type: "NameInvalid", reason: "dots" };
    case "NameHasControl":
      return { type: "NameInvalid", reason: "control" };
  }
}

const PASSING: ReadonlySet<EngineError["type"]> = new Set([
  "ServerUnreachable",
  "RequestLost",
  "ForeignAnswer",
  "LedgerUnavailable",
  "ClockOff",
  "DeviceLocked",
]);

/** Whether it is worth keeping work and trying again later. */
export function isPassing(error: EngineError): boolean {
  return PASSING.has(error.type);
}

/** Whether an edit is kept and sent later: also where somebody has to make room on the server first. */
export function isKept(error: EngineError): boolean {
  return isPassing(error) || (error.type === "StorageFull" && error.where !== "device");
}

function failureOf(reason: (SessionError & { readonly type: "ServerFailed" })["reason"]): EngineError {
  switch (reason) {
    case "tooManyRequests":
    case "databaseUnavailable":
    case "notAvailable":
      return { type: "ServerUnreachable" };
    case "storageFull":
      return { type: "StorageFull", where: "server" };
    case "notAllowed":
    case "noSession":
      return { type: "NotAllowed" };
    case "unknownLog":
      return { type: "NotFound" };
    case "malformedRequest":
    case "tooLarge":
    case "internal":
      return { type: "ServerRefused", reason };
  }
}
