import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { CreationStep, EngineError, EngineEvent, NewOrganization, RecoveryKit } from "../engine.ts";
import { type DeviceSecrets, secretKeysOf, storeSecrets, wipe } from "../identity/device-secrets.ts";
import { wordsOfRootKey } from "../identity/recovery-kit.ts";
import { createJournal } from "../journal/journal.ts";
import { findClockFault } from "../ledger/clocks.ts";
import { createLedgerClient } from "../ledger/ledger-client.ts";
import { isMatterOfTime } from "../ledger/matter-of-time.ts";
import { createSealedRows, type SealedRows } from "../storage/sealed-rows.ts";
import { isPassing, ledgerErrorOf } from "../sync/engine-errors.ts";
import type { Deployment } from "../transport/deployment.ts";
import { createTransport, type Transport } from "../transport/transport.ts";
import { watchTransport } from "../transport/watch-transport.ts";
import { createDeviceSession, type DeviceSession, ensurePersonalWorkspace } from "./device-session.ts";
import type { EnginePorts } from "./engine-ports.ts";
import { createKeyOwner, type KeyOwner } from "./key-owner.ts";
import { createSecrets, journalBirth, sendOrganizationBirth } from "./organization-birth.ts";

/** What every session of this tab shares. */
export interface SessionWorld {
  readonly ports: EnginePorts;
  readonly emit: (event: EngineEvent) => void;
  /** Told with each answer of the server, and with each request that it left without one. */
  readonly onReached: (isReached: boolean) => void;
}

/** Which server a session works with, and where it keeps what it knows. */
export interface SessionPlace {
  readonly deployment: Deployment;
  readonly rows: SessionRows;
  /** Of all that this unlock derives. */
  readonly keys: KeyOwner;
}

interface SessionRows {
  readonly journal: SealedRows;
  readonly cache: SealedRows;
}

export interface OpenedSession {
  readonly session: DeviceSession;
  /** False for one that does not know its personal workspace yet: `completeSession` has to be tried again. */
  readonly isComplete: boolean;
  /** Why not, where waiting will not help. */
  readonly problem: EngineError | null;
}

/** The device's rows under keys of their own. The local key (32 bytes) that these are derived from goes at once. */
export function openPlace(
  { suite, randomBytes, stores }: EnginePorts,
  deployment: Deployment,
  localKey: Bytes,
): SessionPlace {
  const keys = createKeyOwner();
  const journal = createSealedRows(suite, randomBytes, stores.journal, localKey);
  const cache = createSealedRows(suite, randomBytes, stores.cache, localKey);
  wipe(localKey);
  keys.atWipe(journal.wipe);
  keys.atWipe(cache.wipe);
  return { deployment, rows: { journal, cache }, keys };
}

/**
 * Makes the keys of a new organization, registers them, and opens the first session on them. `storeDevice` is called
 * once the keys are stored and before the server hears of them: a tab that is closed later still has a device.
 */
export async function registerOrganization(
  world: SessionWorld,
  place: SessionPlace,
  input: NewOrganization,
  storeDevice: () => Promise<void>,
  progress: (step: CreationStep) => void,
): Promise<Result<{ readonly opened: OpenedSession; readonly kit: RecoveryKit }, EngineError>> {
  const { ports } = world;
  const { deployment, rows } = place;
  progress("checkingLedger");
  const { suite, now } = ports;
  const journal = createJournal(rows.journal);
  const transport = createSessionTransport(world, deployment);
  const ledger = createLedgerClient({ suite, transport, journal, anchor: deployment.ledger, now });
  const view = await ledger.current(0);
  if (!view.ok) {
    const isClock = view.error.type === "LedgerRefused" && isMatterOfTime(view.error.cause);
    const clockFault = isClock ? await findClockFault(transport, ledger, now) : undefined;
    return err(clockFault ? { type: "ClockOff", ...clockFault } : ledgerErrorOf(view.error));
  }
  const secrets = createSecrets(ports, input, deployment.ledger.deploymentId, view.value);
  for (const key of secretKeysOf(secrets)) place.keys.keep(key);
  await storeSecrets(rows.journal, secrets);
  progress("registering");
  const session = createSession(world, place, secrets);
  await journalBirth(session.host, secrets);
  await storeDevice();
  const registered = await sendOrganizationBirth(session.host, secrets);
  if (!registered.ok) return registered;
  progress("storing");
  return ok({ opened: await openSession(world, place, secrets), kit: kitOf(secrets) });
}

/** A session that knows its personal workspace, as soon as the server could be asked for one. */
export async function openSession(
  world: SessionWorld,
  place: SessionPlace,
  secrets: DeviceSecrets,
): Promise<OpenedSession> {
  const session = createSession(world, place, secrets);
  if (secrets.personalWorkspace !== null) return { session, isComplete: true, problem: null };
  // A tab that was closed in the middle of the creation may not even have got this far.
  const isUnregistered = (await session.journal.log(secrets.organization)).head === null;
  if (isUnregistered) await journalBirth(session.host, secrets);
  // Nobody else has this session yet, so nobody wipes its keys.
  const ensured = await ensurePersonalWorkspace(session, place.rows.journal, () => true);
  if (!ensured.ok) {
    return { session, isComplete: false, problem: await problemOf(world, session, ensured.error) };
  }
  const complete = createSession(world, place, ensured.value);
  await complete.workspaces.publish();
  return { session: complete, isComplete: true, problem: null };
}

/**
 * The session that takes the place of one without a personal workspace; undefined as long as the server gives none,
 * or once the old one is closed.
 */
export async function completeSession(
  world: SessionWorld,
  place: SessionPlace,
  session: DeviceSession,
  isOpen: () => boolean,
): Promise<DeviceSession | undefined> {
  const ensured = await ensurePersonalWorkspace(session, place.rows.journal, isOpen);
  return ensured.ok && isOpen() ? createSession(world, place, ensured.value) : undefined;
}

function createSession(
  world: SessionWorld,
  { deployment, rows, keys }: SessionPlace,
  secrets: DeviceSecrets,
): DeviceSession {
  return createDeviceSession({
    ports: world.ports,
    transport: createSessionTransport(world, deployment),
    deployment,
    journalRows: rows.journal,
    cacheRows: rows.cache,
    secrets,
    keys,
    emit: world.emit,
  });
}

function createSessionTransport({ ports, onReached }: SessionWorld, { api }: Deployment): Transport {
  const { fetch, now } = ports;
  return watchTransport(createTransport({ api, fetch, now }), onReached);
}

/** What waiting will not help; a clock that is off is that, and whose it is cannot be told from the error alone. */
async function problemOf(
  { ports }: SessionWorld,
  { ledger, host }: DeviceSession,
  error: EngineError,
): Promise<EngineError | null> {
  if (error.type === "LedgerUnavailable" || error.type === "ClockOff") {
    const clockFault = await findClockFault(host.transport, ledger, ports.now);
    if (clockFault) return { type: "ClockOff", ...clockFault };
  }
  return isPassing(error) ? null : error;
}

function kitOf({ organizationName, kitPosition, kitCreatedAt, rootSecretKey }: DeviceSecrets): RecoveryKit {
  const words = rootSecretKey ? wordsOfRootKey(rootSecretKey) : [];
  return { organizationName, words, confirmPosition: kitPosition, createdAt: kitCreatedAt };
}
