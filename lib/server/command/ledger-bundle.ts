import { ledgerBundle } from "#protocol/wire/audit.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed, type ServedCommand, serveOpen } from "./served-command.ts";

export function serveLedgerBundle({ ledgerBundles, onError }: CommandParts): ServedCommand {
  return serveOpen(
    ledgerBundle,
    onError,
  )(async (query) => {
    const bytes = await ledgerBundles.bundle(query);
    return bytes ? { kind: "bundle", body: { bytes } } : failed("notAvailable", "ledger");
  });
}
