import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { DeviceEngine, EngineError, EngineEvent } from "../engine.ts";
import type { AuditPart, PartHost, PublicIdentity, TransferPart } from "../engine-parts.ts";
import { type DeviceSecrets, secretKeysOf, storeSecrets } from "../identity/device-secrets.ts";
import { createIntentQueue } from "../journal/intent.ts";
import { createJournal, type Journal } from "../journal/journal.ts";
import { createLedgerClient, type LedgerClient } from "../ledger/ledger-client.ts";
import type { SealedRows } from "../storage/sealed-rows.ts";
import { createAuthorityLists } from "../sync/authority-lists.ts";
import { createEdits, type Edits } from "../sync/edits.ts";
import { createFileGateway } from "../sync/files.ts";
import { createFolders, type Folders } from "../sync/folders.ts";
import { keepBoth } from "../sync/keep-both.ts";
import { createLogAccess } from "../sync/log-access.ts";
import { type LogHost, logLockName } from "../sync/log-host.ts";
import { createManifestCache } from "../sync/manifest-cache.ts";
import { createOrganizationLog } from "../sync/organization-log.ts";
import type { SyncHost } from "../sync/sync-host.ts";
import { createUserManifestSync } from "../sync/user-manifest-sync.ts";
import { createVersions, type Versions } from "../sync/versions.ts";
import { type BirthHost, giveBirth, resumeWorkspaceBirth } from "../sync/workspace-birth.ts";
import { createWorkspaceTable, type WorkspaceTable } from "../sync/workspace-table.ts";
import { createWorkspaces, type Workspaces } from "../sync/workspaces.ts";
import { anchorsOf, type Deployment } from "../transport/deployment.ts";
import { createProofWatch, watchSessions } from "../transport/proof-watch.ts";
import { createSessions, type Sessions } from "../transport/sessions.ts";
import type { Transport } from "../transport/transport.ts";
import type { EnginePorts } from "./engine-ports.ts";
import type { KeyOwner } from "./key-owner.ts";
import { sendOrganizationBirth } from "./organization-birth.ts";

/** Everything that exists while the device is unlocked. */
export interface DeviceSession {
  readonly secrets: DeviceSecrets;
  readonly host: SyncHost & BirthHost;
  readonly journal: Journal;
  readonly ledger: LedgerClient;
  readonly sessions: Sessions;
  readonly folders: Folders;
  readonly edits: Edits;
  readonly versions: Versions;
  readonly keepBoth: DeviceEngine["keepBoth"];
  readonly workspaces: Workspaces;
  readonly transfer: TransferPart;
  readonly audit: AuditPart;
}

export interface SessionInput {
  readonly ports: EnginePorts;
  readonly transport: Transport;
  readonly deployment: Deployment;
  readonly journalRows: SealedRows;
  readonly cacheRows: SealedRows;
  readonly secrets: DeviceSecrets;
  readonly keys: KeyOwner;
  readonly emit: (event: EngineEvent) => void;
}

/** Puts the parts together. Nothing is sent and nothing starts by itself. */
export function createDeviceSession(input: SessionInput): DeviceSession {
  const { ports, transport, deployment, journalRows, cacheRows, secrets, keys, emit } = input;
  for (const key of secretKeysOf(secrets)) keys.keep(key);
  const { suite, randomBytes, now, locks } = ports;
  const identity = identityOf(secrets);
  const journal = createJournal(journalRows);
  const ledger = createLedgerClient({ suite, transport, journal, anchor: deployment.ledger, now });
  const { deviceSecretKey } = secrets;
  const proofs = createProofWatch(() => ledger.known()?.sealedEpoch ?? -1);
  const ownSessions = createSessions(suite, transport, { ...identity, deviceSecretKey });
  keys.atWipe(ownSessions.close);
  const sessions = watchSessions(ownSessions, proofs.answered);
  const { organization } = identity;
  const organizationLog = createOrganizationLog({ suite, organization, ledger, sessions, rows: cacheRows });
  const workspaceTable = createWorkspaceTable(journalRows, keys.keep);

  const logHost: LogHost = {
    suite,
    randomBytes,
    now,
    delay: (delayMs) => ports.delay(delayMs),
    locks,
    transport,
    sessions,
    journal,
    ledger,
    organizationLog,
    authority: createAuthorityLists({ suite, sessions, rows: journalRows, proofs }),
    proofs,
    identity,
    deviceSecretKey,
    incarnation: randomBytes(16),
    onFault: async (fault) => {
      const { suspicion } = await journal.log(fault.log);
      await journal.suspect(fault.log, { check: fault.check, detail: fault.detail, since: now() });
      if (suspicion === null) {
        emit({ type: "notice", code: "writesPaused", values: { workspace: toHex(fault.log) } });
      }
      emit({ type: "workspaces" });
      emit({ type: "trust" });
      await audit.report(fault);
    },
    onTakenBack: (log, { subjects: [name] }) => {
      if (name !== undefined) emit({ type: "notice", code: "refusedAndTaken", values: { name } });
      emit({ type: "folder", workspace: toHex(log) });
    },
    resumeBirth: (log, operation, record) => {
      if (record.content.kind === "workspace") return resumeWorkspaceBirth(host, operation);
      if (equalBytes(log, organization)) return sendOrganizationBirth(host, secrets);
      // Its listing was settled without it: nothing shows such a workspace, so nobody gets here by honest means.
      return Promise.resolve(err({ type: "Unexpected", detail: "GenesisWithoutListing" }));
    },
  };
  const cache = createManifestCache(cacheRows, randomBytes);
  keys.atWipe(cache.forget);
  const host: SyncHost & BirthHost = {
    ...logHost,
    logs: createLogAccess(logHost),
    cache,
    intents: createIntentQueue(journalRows),
    workspaces: workspaceTable,
    boxKey: suite.boxKeyOf(secrets.boxSecretKey),
    emit,
  };

  const partHost: PartHost = {
    suite,
    randomBytes,
    now,
    locks,
    transport,
    sessions,
    identity,
    rows: cacheRows,
    emit,
  };
  const audit: AuditPart = ports.createAudit(
    {
      ...partHost,
      // What was proven, and what it rests on, is not to be had again from a server that lied.
      rows: journalRows,
      proofs,
      journal,
      ledger,
      anchors: anchorsOf(deployment),
      organizationLog,
      workspaces: () => auditedWorkspaces(workspaceTable, journal),
      lockLog: (log, task) => locks.run(logLockName(identity.device, log), task),
      reconcile: (log) => host.logs.run(log, async () => ok(null)),
    },
    deployment.ledger.engine,
  );
  const edits = createEdits(host);
  const folders = createFolders(host, edits, (log) => audit.sealedSizes(log));
  const files = createFileGateway(host, edits, folders);
  const userManifest = createUserManifestSync(host, cacheRows, secrets);
  return {
    secrets,
    host,
    journal,
    ledger,
    sessions,
    folders,
    edits,
    versions: createVersions(host, files, async (device) => authorNameOf(secrets, device)),
    keepBoth: (workspace, file, replaced) => keepBoth(host, files, workspace, file, replaced),
    workspaces: createWorkspaces(host, userManifest),
    transfer: ports.createTransfer({ ...partHost, files }),
    audit,
  };
}

/**
 * The workspace that holds the user manifest; answers the secrets that know it. `isOpen` tells whether the session's
 * keys are still there: those of a locked one are wiped, and zeros must never be stored in their place.
 */
export async function ensurePersonalWorkspace(
  session: DeviceSession,
  journalRows: SealedRows,
  isOpen: () => boolean,
): Promise<Result<DeviceSecrets, EngineError>> {
  const { secrets, host } = session;
  if (secrets.personalWorkspace !== null) return ok(secrets);
  return host.logs.run(secrets.organization, async () => {
    // One that was born before a crash is found again by its row.
    const born = (await host.workspaces.list()).find((row) => row.isPersonal && row.pendingRing === null);
    const log = born ? ok(born.log) : await giveBirth(host, "", true);
    if (!log.ok) return log;
    if (!isOpen()) return err({ type: "DeviceLocked" });
    const known: DeviceSecrets = {
      ...secrets,
      personalWorkspace: log.value,
      birthRequest: new Uint8Array(0),
    };
    await storeSecrets(journalRows, known);
    return ok(known);
  });
}

/** Of one that is not born yet no server can have proofs; once it has signed anything about it, it must. */
async function auditedWorkspaces(table: WorkspaceTable, journal: Journal) {
  const audited: { readonly log: Bytes; readonly name: string }[] = [];
  for (const { log, name, pendingRing } of await table.list()) {
    const { head, suspicion } = await journal.log(log);
    if (pendingRing === null || head !== null || suspicion !== null) audited.push({ log, name });
  }
  return audited;
}

function identityOf(secrets: DeviceSecrets): PublicIdentity {
  const { deployment, organization, user, device, personalWorkspace } = secrets;
  return { deployment, organization, user, device, personalWorkspace: personalWorkspace ?? NOT_BORN };
}

function authorNameOf({ device, userName }: DeviceSecrets, author: Bytes): string {
  return equalBytes(device, author) ? userName : toHex(author).slice(0, 8);
}

const NOT_BORN: Bytes = new Uint8Array(32);
