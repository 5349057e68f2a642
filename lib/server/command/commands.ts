import { serveAppend } from "./append.ts";
import { serveAuditEpoch } from "./audit-epoch.ts";
import { serveGetBlocks, servePutBlocks } from "./blocks.ts";
import type { CommandParts } from "./command-parts.ts";
import { serveCreateOrganization } from "./create-organization.ts";
import { serveCreateWorkspace } from "./create-workspace.ts";
import { serveListLogs, serveReadProfiles, serveReadRing } from "./directory.ts";
import { serveLedgerBundle } from "./ledger-bundle.ts";
import {
  serveProveEntries,
  serveReadAuthority,
  serveReadHead,
  serveReadLeafHashes,
  serveReadLeaves,
} from "./log-reading.ts";
import { serveChallenge, serveOpenSession } from "./open-session.ts";
import type { ServedCommand } from "./served-command.ts";
import { serveServerInfo } from "./server-info.ts";

/** Every command of `protocol/wire`, by name. */
export function createCommands(parts: CommandParts): ReadonlyMap<string, ServedCommand> {
  const served = [
    serveServerInfo,
    serveChallenge,
    serveOpenSession,
    serveCreateOrganization,
    serveCreateWorkspace,
    serveAppend,
    servePutBlocks,
    serveGetBlocks,
    serveReadHead,
    serveReadLeaves,
    serveReadLeafHashes,
    serveReadAuthority,
    serveProveEntries,
    serveAuditEpoch,
    serveLedgerBundle,
    serveReadProfiles,
    serveReadRing,
    serveListLogs,
  ].map((serve) => serve(parts));
  return new Map(served.map((command) => [command.name, command]));
}
