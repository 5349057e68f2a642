import type { Person } from "#protocol/log/testing/memory-log.ts";
import type { MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import type { PartHost } from "../engine-parts.ts";
import { createJournal, type Journal } from "../journal/journal.ts";
import type { LedgerClient } from "../ledger/ledger-client.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { createOrganizationLog, type OrganizationLog } from "../sync/organization-log.ts";
import { createProofWatch, type ProofWatch } from "../transport/proof-watch.ts";
import { createSessions } from "../transport/sessions.ts";
import { type Answer, createAnsweringTransport } from "../transport/testing/answering-transport.ts";
import { createMemoryLocks } from "./memory-locks.ts";

/** What all parts of an unlocked device work with. */
export interface MemoryDevice extends PartHost {
  readonly journal: Journal;
  readonly ledger: LedgerClient;
  readonly organizationLog: OrganizationLog;
  readonly proofs: ProofWatch;
}

export interface MemoryDeviceOptions
  extends Partial<Pick<MemoryDevice, "rows" | "ledger" | "sessions" | "organizationLog">> {
  /** Of the server, besides opening sessions. */
  readonly answers?: readonly Answer[];
}

/** The device of one person, all of it real but the disk, the server and the ledger. */
export function createMemoryDevice(
  { organization, workspace, instanceKey }: MemoryWorld,
  { user, device, deviceSecret }: Person,
  { answers = [], ...given }: MemoryDeviceOptions,
): MemoryDevice {
  const { rows = createMemoryRows(suite), ledger = createScriptedLedger(instanceKey) } = given;
  const transport = createAnsweringTransport(answers);
  const identity = {
    deployment: ledger.anchor.deploymentId,
    organization: organization.identity.id,
    user,
    device,
    personalWorkspace: workspace.identity.id,
  };
  const credentials = { ...identity, deviceSecretKey: deviceSecret };
  const sessions = given.sessions ?? createSessions(suite, transport, credentials);
  const log = { suite, organization: identity.organization, ledger, sessions, rows };
  return {
    suite,
    randomBytes,
    now: () => 1,
    locks: createMemoryLocks(),
    transport,
    sessions,
    identity,
    rows,
    emit: () => undefined,
    journal: createJournal(rows),
    ledger,
    proofs: createProofWatch(() => ledger.known()?.sealedEpoch ?? -1),
    organizationLog: given.organizationLog ?? createOrganizationLog(log),
  };
}
