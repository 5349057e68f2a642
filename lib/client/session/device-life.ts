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
  secretKeysOf,
  storeSecrets,
  wipe,
} from "../identity/device-secrets.ts";
import { createJournal } from "../journal/journal.ts";
import { StorageFailure } from "../storage/row-store.ts";
import { storageErrorOf } from "../sync/engine-errors.ts";
import type { Deployment } from "../transport/deployment.ts";
import type { DeviceSession } from "./device-session.ts";
import type { EnginePorts } from "./engine-ports.ts";
import type { KeyOwner } from "./key-owner.ts";
import { leadSession } from "./lead-session.ts";
import {
  completeSession,
  type OpenedSession,
  openPlace,
  openSession,
  registerOrganization,
  type SessionPlace,
  type SessionWorld,
} from "./open-session.ts";
import { DEVICE_LOCK, StoredDevice } from "./stored-device.ts";

/** From an empty device over locked and unlocked and back; one of them exists in each tab. */
export class DeviceLife {
  session: DeviceSession | null = null;
  readonly #world: SessionWorld;
  readonly #stored: StoredDevice;
  readonly #tell: (event: EngineEvent) => void;
  /** Of the newest unlock, whether or not it came to a session. */
  #keys: KeyOwner | null = null;
  #place: SessionPlace | null = null;
  /** Whether the session knows its personal workspace. */
  #isComplete = false;
  #finishing: Promise<void> | null = null;
  #leading = new AbortController();
  #unlocking: Promise<unknown> = Promise.resolve();
  /** How often the device was locked, here or in another tab: what an unlock under way must notice. */
  #closings = 0;
  #isStored = false;
  #isOnline = true;
  #problem: EngineError | null = null;

  constructor(ports: EnginePorts, tell: (event: EngineEvent) => void) {
    this.#world = {
      ports,
      emit: (event) => {
        tell(event);
        ports.tabs.post({ type: "event", event });
      },
      onReached: (isReached) => this.#setOnline(isReached),
    };
    this.#tell = tell;
    this.#stored = new StoredDevice(ports);
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
      this.#isStored = await this.#stored.exists();
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      this.#problem = storageErrorOf(error.error);
    }
  }

  async state(): Promise<DeviceState> {
    const secrets = this.session?.secrets;
    return {
      phase: secrets ? "unlocked" : this.#isStored ? "locked" : "empty",
      organizationName: secrets?.organizationName ?? null,
      userName: secrets?.userName ?? null,
      deviceLabel: secrets?.deviceLabel ?? null,
      isRecoveryKitConfirmed: secrets?.rootSecretKey === null,
      isOnline: this.#isOnline,
      isStoragePersisted: await this.#world.ports.isStoragePersisted(),
      problem: this.#problem,
    };
  }

  createOrganization(
    input: NewOrganization,
    progress: (step: CreationStep) => void,
  ): Promise<Result<RecoveryKit, EngineError>> {
    return this.#world.ports.locks.run(DEVICE_LOCK, () => this.#create(input, progress));
  }

  async #create(
    input: NewOrganization,
    progress: (step: CreationStep) => void,
  ): Promise<Result<RecoveryKit, EngineError>> {
    const wasStored = this.#isStored;
    // Another tab may have made one since this tab was opened.
    await this.load();
    if (this.#isStored) {
      if (!wasStored) this.#tell({ type: "device" });
      return err({ type: "OrganizationExists" });
    }
    // A vault that cannot be read is not an empty one: a new key in its place would make the rest unreadable for good.
    if (this.#problem && isUnusable(this.#problem)) return err(this.#problem);
    const deployment = await this.#world.ports.loadDeployment();
    if (!deployment.ok) return deployment;
    progress("makingKeys");
    const vault = await this.#stored.create(input.passphrase);
    if (!vault.ok) return vault;
    const { localKey, store } = vault.value;
    const place = this.#placeOf(deployment.value, localKey);
    let isCreated = false;
    try {
      const created = await registerOrganization(this.#world, place, input, store, progress);
      if (!created.ok) return created;
      isCreated = true;
      // Not before: until then there is nothing to unlock, and whoever typed all this stays with it.
      this.#isStored = true;
      this.#start(place, created.value.opened);
      return ok(created.value.kit);
    } finally {
      // Whatever half exists on the server was signed by keys that nobody has any more.
      if (!isCreated) await this.#erase().catch((error: unknown) => this.#stumble(error));
    }
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
    const deployment = await this.#world.ports.loadDeployment();
    if (!deployment.ok) return deployment;
    const localKey = await this.#stored.open(passphrase);
    if (!localKey.ok) return localKey;
    const place = this.#placeOf(deployment.value, localKey.value);
    let isOpen = false;
    try {
      const opened = await this.#openAt(place, closings);
      isOpen = opened.ok;
      return opened;
    } finally {
      if (!isOpen) place.keys.wipe();
    }
  }

  async #openAt(place: SessionPlace, closings: number): Promise<Result<null, EngineError>> {
    const found = await loadSecrets(place.rows.journal);
    const loaded = found ? ok(found) : await this.#missSecrets(place);
    if (!loaded.ok) return loaded;
    const secrets = loaded.value;
    for (const key of secretKeysOf(secrets)) place.keys.keep(key);
    if (!equalBytes(secrets.deployment, place.deployment.ledger.deploymentId)) {
      return err({ type: "NotConfigured", detail: "another deployment" });
    }
    const opened = await openSession(this.#world, place, secrets);
    if (closings !== this.#closings) return err({ type: "DeviceLocked" });
    this.#start(place, opened);
    return ok(null);
  }

  /** A vault without the device's keys: another tab is about to make them, or they are lost, or never were. */
  #missSecrets({ rows: { journal } }: SessionPlace): Promise<Result<DeviceSecrets, EngineError>> {
    return this.#world.ports.locks.run(DEVICE_LOCK, async () => {
      const made = await loadSecrets(journal);
      if (made) return ok(made);
      if (!(await createJournal(journal).isEmpty())) {
        return err({ type: "StorageCorrupt", detail: "the row that holds the keys" });
      }
      // The tab was closed before anything was registered: there is nothing to unlock, and nothing is lost.
      await this.#erase();
      return err({ type: "NotFound" });
    });
  }

  /** In all tabs. */
  async lock(): Promise<void> {
    this.#world.ports.tabs.post({ type: "locked" });
    await this.#close();
  }

  async forgetRootKey(): Promise<void> {
    await this.#finishing;
    const { session } = this;
    const place = this.#place;
    if (!session || !place) return;
    wipe(session.secrets.rootSecretKey);
    // The session keeps running on the same keys, with one fewer.
    const secrets: DeviceSecrets = { ...session.secrets, rootSecretKey: null };
    await storeSecrets(place.rows.journal, secrets);
    this.session = { ...session, secrets };
    this.#world.emit({ type: "device" });
  }

  /** What could not be done at the unlock, because the server was away: a session that knows its personal workspace. */
  #finish(): Promise<void> {
    const { session } = this;
    const place = this.#place;
    if (!session || !place || this.#isComplete) return Promise.resolve();
    this.#finishing ??= this.#replace(session, place).finally(() => {
      this.#finishing = null;
    });
    return this.#finishing;
  }

  async #replace(session: DeviceSession, place: SessionPlace): Promise<void> {
    const isOpen = () => this.session === session;
    const complete = await completeSession(this.#world, place, session, isOpen);
    if (!complete) return;
    this.#isComplete = true;
    this.#leading.abort();
    await Promise.all([session.transfer.stop(), session.audit.stop()]);
    if (!isOpen()) return;
    this.#start(place, { session: complete, isComplete: true, problem: null });
    await complete.workspaces.publish();
  }

  #start(place: SessionPlace, { session, isComplete, problem }: OpenedSession): void {
    this.session = session;
    this.#place = place;
    this.#isComplete = isComplete;
    this.#problem = problem;
    this.#leading = new AbortController();
    const hooks = {
      onConnection: (isOnline: boolean) => this.#setOnline(isOnline),
      finish: () => this.#finish(),
    };
    leadSession(this.#world.ports, session, this.#leading.signal, hooks).catch((error: unknown) =>
      this.#stumble(error),
    );
    this.#world.emit({ type: "device" });
  }

  async #close(): Promise<void> {
    this.#closings++;
    this.#leading.abort();
    const { session } = this;
    this.session = null;
    this.#place = null;
    const stopped = session && Promise.all([session.transfer.stop(), session.audit.stop()]);
    // At once, whatever is still under way: it ends at the first key that it needs.
    this.#keys?.wipe();
    this.#keys = null;
    await stopped;
    this.#tell({ type: "device" });
  }

  /** Told when it is done: a screen that hears of it asks at once what there is. */
  async #erase(): Promise<void> {
    await this.#stored.erase();
    this.#isStored = false;
    await this.#close();
  }

  #placeOf(deployment: Deployment, localKey: Bytes): SessionPlace {
    const place = openPlace(this.#world.ports, deployment, localKey);
    this.#keys = place.keys;
    return place;
  }

  /** Background work ended by itself: storage that fails is told, anything else is a bug and surfaces as one. */
  #stumble(error: unknown): void {
    if (!(error instanceof StorageFailure)) throw error;
    if (error.error.type === "DeviceLocked") return;
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
}

function isUnusable({ type }: EngineError): boolean {
  return type === "StorageCorrupt" || type === "StorageOfOtherVersion";
}
