import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { createVault, type NewVault, type Vault, type VaultError } from "../identity/vault.ts";
import type { EnginePorts } from "./engine-ports.ts";

/** What of a device is on this browser's disk. Tabs that make or erase it MUST hold `DEVICE_LOCK`. */
export class StoredDevice {
  readonly #vault: Vault;
  readonly #stores: EnginePorts["stores"];

  constructor({ suite, randomBytes, stores, kdf }: EnginePorts) {
    this.#vault = createVault(suite, randomBytes, stores.vault, kdf);
    this.#stores = stores;
  }

  /** Throws `StorageFailure` where it cannot be told. */
  exists(): Promise<boolean> {
    return this.#vault.exists();
  }

  /** A new device's local key. The device is there only once it is stored; whatever was there before is not. */
  async create(passphrase: string): Promise<Result<NewVault, EngineError>> {
    // Without a vault nobody can open rows that an interrupted creation or erasure left.
    await this.#clearRows();
    return orEngineError(await this.#vault.create(passphrase));
  }

  /** Its local key. */
  async open(passphrase: string): Promise<Result<Bytes, EngineError>> {
    return orEngineError(await this.#vault.open(passphrase));
  }

  async erase(): Promise<void> {
    // First, so that an erasure cut short leaves no device that cannot be unlocked.
    await this.#stores.vault.clear();
    await this.#clearRows();
  }

  async #clearRows(): Promise<void> {
    const { journal, cache } = this.#stores;
    await Promise.all([journal.clear(), cache.clear()]);
  }
}

export const DEVICE_LOCK = "holdfast/device";

function orEngineError<T>(key: Result<T, VaultError>): Result<T, EngineError> {
  if (key.ok) return key;
  switch (key.error.type) {
    case "WrongPassphrase":
      return err({ type: "WrongPassphrase" });
    case "VaultMissing":
      return err({ type: "NotFound" });
    case "Argon2MemoryRefused":
      return err({ type: "Unexpected", detail: key.error.type });
  }
}
