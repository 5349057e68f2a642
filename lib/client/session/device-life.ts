import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type {
  CreationStep,
  DeviceState,
  EngineError,
  EngineEvent,
  NewOrganization,
  RecoveryKit,
} from "../engine.ts";
import {
  type DeviceSecrets,
  loadSecrets,
  storeSecrets,
  wipe,
  wipeSecrets,
} from "../identity/device-secrets.ts";
import { wordsOfRootKey } from "../identity/recovery-kit.ts";
import { createVault, type Vault, type VaultError } from "../identity/vault.ts";
import { createJournal } from "../journal/journal.ts";
import { createLedgerClient } from "../ledger/ledger-client.ts";
import { StorageFailure } from "../storage/row-store.ts";
import { createSealedRows, type SealedRows } from "../storage/sealed-rows.ts";
import { isPassing, ledgerErrorOf, storageErrorOf } from "../sync/engine-errors.ts";
import type { Deployment } from "../transport/deployment.ts";
import { createTransport, type Transport } from "../transport/transport.ts";
import { watchTransport } from "../transport/watch-transport.ts";
import { createDeviceSession, type DeviceSession, ensurePersonalWorkspace } from "./device-session.ts";
import type { EnginePorts } from "./engine-ports.ts";
import { leadSession } from "./lead-session.ts";
import { createSecrets, journalBirth, sendOrganizationBirth } from "./organization-birth.ts";

/** From an empty device over locked and unlocked and back; one of them exists in each tab. */
export class DeviceLife {
  session: DeviceSession | null = null;
  readonly #ports: EnginePorts;
  readonly #vault: Vault;
  readonly #tell: (event: EngineEvent) => void;
  #localKey: Bytes | null = null;
  #journalRows: SealedRows | null = null;
  #unfinished: Unfinished | null = null;
  #finishing: Promise<void> | null = null;
  #leading = new AbortController();
  #unlocking: Promise<unknown> = Promise.resolve();
  /** How often the device was locked, here or in another tab: what an unlock under way must notice. */
  #closings = 0;
  #hasVault = false;
  #isOnline = true;
  #problem: EngineError | null = null;

  constructor(ports: EnginePorts, tell: (event: EngineEvent) => void) {
    this.#ports = ports;
    this.#tell = tell;
    this.#vault = createVault(ports.suite, ports.randomBytes, ports.stores.vault, ports.kdf);
    ports.tabs.onMessage((message) => {
      if (message.type === "locked") void this.#close();
      else {
        tell(message.event);
        // Another tab may have finished what this one could not.
        if (message.event.type === "device") this.#finish().catch((error: unknown) => this.#stumble(error));
      }
    });
  }

  /** What is on disk; a damaged one is told in `state`, not thrown. */
  async load(): Promise<void> {
    try {
      this.#hasVault = await this.#vault.exists();
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      this.#problem = storageErrorOf(error.error);
    }
  }

  async state(): Promise<DeviceState> {
    const secrets = this.session?.secrets;
    return {
      phase: secrets ? "unlocked" : this.#hasVault ? "locked" : "empty",
      organizationName: secrets?.organizationName ?? null,
      userName: secrets?.userName ?? null,
      deviceLabel: secrets?.deviceLabel ?? null,
      isRecoveryKitConfirmed: secrets?.rootSecretKey === null,
      isOnline: this.#isOnline,
      isStoragePersisted: await this.#ports.isStoragePersisted(),
      problem: this.#problem,
    };
  }

  async createOrganization(
    input: NewOrganization,
    progress: (step: CreationStep) => void,
  ): Promise<Result<RecoveryKit, EngineError>> {
    if (this.#hasVault) return err({ type: "OrganizationExists" });
    const deployment = await this.#ports.loadDeployment();
    if (!deployment.ok) return deployment;
    progress("makingKeys");
    const localKey = await this.#vault.create(input.passphrase);
    if (!localKey.ok) return err(vaultErrorOf(localKey.error));
    this.#hasVault = true;
    const created = await this.#register(input, deployment.value, localKey.value, progress);
    // Whatever half exists on the server was signed by keys that nobody has any more.
    if (!created.ok) await this.#erase();
    return created;
  }

  /** One at a time: of two sessions in one tab, locking would end only the later one. */
  unlock(passphrase: string): Promise<Result<null, EngineError>> {
    const closings = this.#closings;
    const unlocked = this.#unlocking.then(() => this.#unlock(passphrase, closings));
    this.#unlocking = unlocked.catch(() => undefined);
    return unlocked;
  }

  async #unlock(passphrase: string, closings: number): Promise<Result<null, EngineError>> {
    if (this.session) return ok(null);
    const deployment = await this.#ports.loadDeployment();
    if (!deployment.ok) return deployment;
    const localKey = await this.#vault.open(passphrase);
    if (!localKey.ok) return err(vaultErrorOf(localKey.error));
    const rows = this.#openRows(localKey.value);
    const secrets = await loadSecrets(rows.journal);
    if (!secrets) {
      // The tab was closed before anything was registered: there is nothing to unlock, and nothing is lost.
      await this.#erase();
      return err({ type: "NotFound" });
    }
    if (!equalBytes(secrets.deployment, deployment.value.ledger.deploymentId)) {
      return err({ type: "NotConfigured", detail: "another deployment" });
    }
    const opened = await this.#open(deployment.value, rows, secrets);
    if (closings !== this.#closings) {
      wipeSecrets(opened.secrets);
      wipe(localKey.value);
      this.#journalRows = null;
      return err({ type: "DeviceLocked" });
    }
    this.#start(opened);
    return ok(null);
  }

  /** In all tabs. */
  async lock(): Promise<void> {
    this.#ports.tabs.post({ type: "locked" });
    await this.#close();
  }

  async forgetRootKey(): Promise<void> {
    await this.#finishing;
    const { session } = this;
    const rows = this.#journalRows;
    if (!session || !rows) return;
    wipe(session.secrets.rootSecretKey);
    // The session keeps running on the same keys, with one fewer.
    const secrets: DeviceSecrets = { ...session.secrets, rootSecretKey: null };
    await storeSecrets(rows, secrets);
    this.session = { ...session, secrets };
    this.#emit({ type: "device" });
  }

  async #register(
    input: NewOrganization,
    deployment: Deployment,
    localKey: Bytes,
    progress: (step: CreationStep) => void,
  ): Promise<Result<RecoveryKit, EngineError>> {
    const rows = this.#openRows(localKey);
    progress("checkingLedger");
    const { suite, now } = this.#ports;
    const journal = createJournal(rows.journal);
    const transport = this.#createTransport(deployment);
    const ledger = createLedgerClient({ suite, transport, journal, anchor: deployment.ledger, now });
    const view = await ledger.current(0);
    if (!view.ok) return err(ledgerErrorOf(view.error));
    const secrets = createSecrets(this.#ports, input, deployment.ledger.deploymentId, view.value);
    await storeSecrets(rows.journal, secrets);
    progress("registering");
    const session = this.#createSession(deployment, rows, secrets);
    await journalBirth(session.host, secrets);
    const registered = await sendOrganizationBirth(session.host, secrets);
    if (!registered.ok) return registered;
    progress("storing");
    this.#start(await this.#open(deployment, rows, secrets));
    const { organizationName, kitPosition, kitCreatedAt, rootSecretKey } = secrets;
    const words = rootSecretKey ? wordsOfRootKey(rootSecretKey) : [];
    return ok({ organizationName, words, confirmPosition: kitPosition, createdAt: kitCreatedAt });
  }

  /** A session that knows its personal workspace, as soon as the server could be asked for one. */
  async #open(deployment: Deployment, rows: Rows, secrets: DeviceSecrets): Promise<DeviceSession> {
    this.#journalRows = rows.journal;
    this.#unfinished = null;
    const session = this.#createSession(deployment, rows, secrets);
    if (secrets.personalWorkspace !== null) return session;
    // A tab that was closed in the middle of the creation may not even have got this far.
    const isUnregistered = (await session.journal.log(secrets.organization)).head === null;
    if (isUnregistered) await journalBirth(session.host, secrets);
    // Nobody else has this session yet, so nobody wipes its keys.
    const ensured = await ensurePersonalWorkspace(session, rows.journal, () => true);
    if (!ensured.ok) {
      this.#problem = isPassing(ensured.error) ? null : ensured.error;
      this.#unfinished = { deployment, rows };
      return session;
    }
    const complete = this.#createSession(deployment, rows, ensured.value);
    await complete.workspaces.publish();
    return complete;
  }

  /** What could not be done at the unlock, because the server was away: a session that knows its personal workspace. */
  #finish(): Promise<void> {
    const { session } = this;
    const unfinished = this.#unfinished;
    if (!session || !unfinished) return Promise.resolve();
    this.#finishing ??= this.#replace(session, unfinished).finally(() => {
      this.#finishing = null;
    });
    return this.#finishing;
  }

  async #replace(session: DeviceSession, { deployment, rows }: Unfinished): Promise<void> {
    const isOpen = () => this.session === session;
    const ensured = await ensurePersonalWorkspace(session, rows.journal, isOpen);
    if (!ensured.ok || !isOpen()) return;
    this.#unfinished = null;
    this.#leading.abort();
    await Promise.all([session.transfer.stop(), session.audit.stop()]);
    if (!isOpen()) return;
    const complete = this.#createSession(deployment, rows, ensured.value);
    this.#start(complete);
    await complete.workspaces.publish();
  }

  #createSession(deployment: Deployment, rows: Rows, secrets: DeviceSecrets): DeviceSession {
    return createDeviceSession({
      ports: this.#ports,
      transport: this.#createTransport(deployment),
      deployment,
      journalRows: rows.journal,
      cacheRows: rows.cache,
      secrets,
      emit: (event) => this.#emit(event),
    });
  }

  #createTransport({ api }: Deployment): Transport {
    const { fetch, now } = this.#ports;
    return watchTransport(createTransport({ api, fetch, now }), (isReached) => this.#setOnline(isReached));
  }

  #start(session: DeviceSession): void {
    this.session = session;
    this.#problem = null;
    this.#leading = new AbortController();
    const hooks = {
      onConnection: (isOnline: boolean) => this.#setOnline(isOnline),
      finish: () => this.#finish(),
    };
    leadSession(this.#ports, session, this.#leading.signal, hooks).catch((error: unknown) =>
      this.#stumble(error),
    );
    this.#emit({ type: "device" });
  }

  async #close(): Promise<void> {
    this.#closings++;
    this.#leading.abort();
    const { session } = this;
    this.session = null;
    this.#journalRows = null;
    this.#unfinished = null;
    if (session) {
      await Promise.all([session.transfer.stop(), session.audit.stop()]);
      wipeSecrets(session.secrets);
    }
    wipe(this.#localKey);
    this.#localKey = null;
    this.#tell({ type: "device" });
  }

  async #erase(): Promise<void> {
    await this.#close();
    const { vault, journal, cache } = this.#ports.stores;
    await Promise.all([vault.clear(), journal.clear(), cache.clear()]);
    this.#hasVault = false;
  }

  #openRows(localKey: Bytes): Rows {
    this.#localKey = localKey;
    const { suite, randomBytes, stores } = this.#ports;
    return {
      journal: createSealedRows(suite, randomBytes, stores.journal, localKey),
      cache: createSealedRows(suite, randomBytes, stores.cache, localKey),
    };
  }

  /** Background work ended by itself: storage that fails is told, anything else is a bug and surfaces as one. */
  #stumble(error: unknown): void {
    if (!(error instanceof StorageFailure)) throw error;
    this.#problem = storageErrorOf(error.error);
    this.#tell({ type: "device" });
  }

  #setOnline(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    this.#tell({ type: "device" });
    this.#tell({ type: "notice", code: isOnline ? "serverBack" : "serverUnreachable", values: {} });
    // Not awaited: whoever has reached the server may hold the log that this needs.
    if (isOnline) this.#finish().catch((error: unknown) => this.#stumble(error));
  }

  #emit(event: EngineEvent): void {
    this.#tell(event);
    this.#ports.tabs.post({ type: "event", event });
  }
}

/** What a session that has no personal workspace yet is made anew from. */
interface Unfinished {
  readonly deployment: Deployment;
  readonly rows: Rows;
}

interface Rows {
  readonly journal: SealedRows;
  readonly cache: SealedRows;
}

function vaultErrorOf(error: VaultError): EngineError {
  switch (error.type) {
    case "WrongPassphrase":
      return { type: "WrongPassphrase" };
    case "VaultMissing":
      return { type: "NotFound" };
    case "Argon2MemoryRefused":
      return { type: "Unexpected", detail: error.type };
  }
}
