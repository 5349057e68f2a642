import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { bytes, bytesUpTo, codec, type Infer, integer, literal, struct } from "#protocol/codec/schema.ts";
import { contextBytes } from "#protocol/crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { type RowStore, StorageFailure } from "../storage/row-store.ts";
import { wipe } from "./device-secrets.ts";
import type { KdfError, PassphraseKdf } from "./passphrase-kdf.ts";

/**
 * The one row of a device that is not encrypted under its local key, because it holds that key: wrapped by what
 * Argon2id makes of the passphrase. Without the passphrase the rest of the storage is noise.
 */
const vaultSchema = struct({
  v: [0, literal(1)],
  salt: [1, bytes(16)],
  memoryKib: [2, integer(1024, 1024 * 1024)],
  iterations: [3, integer(1, 100)],
  parallelism: [4, integer(1, 16)],
  /** nonce(24) ‖ XChaCha20-Poly1305 of the local key. */
  wrappedKey: [5, bytesUpTo(200)],
});
type VaultRow = Infer<typeof vaultSchema>;

export type VaultError = KdfError | { readonly type: "WrongPassphrase" } | { readonly type: "VaultMissing" };

export interface Vault {
  readonly exists: () => Promise<boolean>;
  /** Draws a new local key and wraps it. Nothing is stored yet. */
  readonly create: (passphrase: string) => Promise<Result<NewVault, VaultError>>;
  readonly open: (passphrase: string) => Promise<Result<Bytes, VaultError>>;
}

export interface NewVault {
  /** 32 bytes. */
  readonly localKey: Bytes;
  /** From here on there is a device: MUST come after the rows without which it would be an empty one. */
  readonly store: () => Promise<void>;
}

const ROW = "vault";
const NONCE_BYTES = 24;
const vaultCodec = codec(vaultSchema, 1024);

export function createVault(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  store: RowStore,
  kdf: PassphraseKdf,
): Vault {
  const read = async (): Promise<VaultRow | undefined> => {
    const row = await store.get(ROW);
    if (row === undefined) return undefined;
    const parsed = vaultCodec.decode(row);
    if (parsed.ok) return parsed.value;
    throw new StorageFailure({ type: "StorageCorrupt", detail: "the row that holds the wrapped key" });
  };
  return {
    exists: async () => (await read()) !== undefined,
    create: async (passphrase) => {
      const salt = randomBytes(16);
      const made = await kdf.create(passphrase, salt);
      if (!made.ok) return made;
      const { key, parameters } = made.value;
      const localKey = randomBytes(32);
      const nonce = randomBytes(NONCE_BYTES);
      const wrappedKey = concatBytes(
        nonce,
        suite.aeadEncrypt(localKey, contextBytes("local/wrap"), nonce, key),
      );
      wipe(key);
      const { memoryKib, iterations, parallelism } = parameters;
      const row = vaultCodec.encode({ v: 1, salt, memoryKib, iterations, parallelism, wrappedKey });
      return ok({ localKey, store: () => store.write([{ key: ROW, value: row }]) });
    },
    open: async (passphrase) => {
      const row = await read();
      if (!row) return err({ type: "VaultMissing" });
      const derived = await kdf.derive(passphrase, row.salt, row);
      if (!derived.ok) return derived;
      const nonce = row.wrappedKey.subarray(0, NONCE_BYTES);
      const body = row.wrappedKey.subarray(NONCE_BYTES);
      const localKey =
        nonce.length === NONCE_BYTES
          ? suite.aeadDecrypt(body, contextBytes("local/wrap"), nonce, derived.value)
          : undefined;
      wipe(derived.value);
      return localKey ? ok(localKey) : err({ type: "WrongPassphrase" });
    },
  };
}
