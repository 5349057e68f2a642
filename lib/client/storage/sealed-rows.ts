import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { type Codec, codec, type Schema } from "#protocol/codec/schema.ts";
import { contextBytes } from "#protocol/crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { type RowChange, type RowStore, StorageFailure } from "./row-store.ts";

/**
 * Storage at rest: every value is nonce(24) ‖ XChaCha20-Poly1305 under the device's local key with its row's key as
 * associated data, so rows cannot be read, changed or swapped. Ids in keys are pseudonyms (keyed BLAKE2b), so a
 * copied profile does not tell which logs or files it is about; only their number and sizes show.
 */
export interface SealedRows {
  readonly get: <T>(table: RowTable<T>, ...ids: readonly RowId[]) => Promise<T | undefined>;
  /** In the order asked for, each by all of its ids. */
  readonly getMany: <T>(
    table: RowTable<T>,
    rows: readonly (readonly RowId[])[],
  ) => Promise<readonly (T | undefined)[]>;
  /** Rows whose first ids are these, in order of the remaining ones as far as those are numbers. */
  readonly list: <T>(table: RowTable<T>, ...ids: readonly RowId[]) => Promise<readonly T[]>;
  /** All or nothing. */
  readonly write: (changes: readonly SealedChange[]) => Promise<void>;
}

/** As whoever unlocked it holds it. */
export interface OwnedRows extends SealedRows {
  /** From here on everything throws `DeviceLocked`, also for whoever still holds the rows. */
  readonly wipe: () => void;
}

/** A number keeps its place in the order; bytes become a pseudonym. */
export type RowId = Bytes | number;

export interface RowTable<T> {
  readonly name: string;
  readonly codec: Codec<T>;
}

/** Made by `putRow` and `removeRow` only: there the value's type is checked against the table's. */
export interface SealedChange {
  readonly table: string;
  readonly ids: readonly RowId[];
  readonly value: Bytes | null;
}

/** `maxBytes`: of an encoded row. */
export function createTable<T>(name: string, schema: Schema<T>, maxBytes: number): RowTable<T> {
  return { name, codec: codec(schema, maxBytes) };
}

export function putRow<T>(table: RowTable<T>, ids: readonly RowId[], value: NoInfer<T>): SealedChange {
  return { table: table.name, ids, value: table.codec.encode(value) };
}

export function removeRow(table: { readonly name: string }, ids: readonly RowId[]): SealedChange {
  return { table: table.name, ids, value: null };
}

const NONCE_BYTES = 24;
const PSEUDONYM_BYTES = 16;
const NUMBER_DIGITS = 14;

export function createSealedRows(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  store: RowStore,
  localKey: Bytes,
): OwnedRows {
  let isWiped = false;
  const encryptionKey = suite.blake2b(contextBytes("local/encryption"), localKey, 32);
  const pseudonymKey = suite.blake2b(contextBytes("local/pseudonyms"), localKey, 32);

  const requireKeys = (): void => {
    if (isWiped) throw new StorageFailure({ type: "DeviceLocked" });
  };
  const partOf = (id: RowId): string =>
    typeof id === "number"
      ? id.toString(16).padStart(NUMBER_DIGITS, "0")
      : toHex(suite.blake2b(id, pseudonymKey, PSEUDONYM_BYTES));
  const keyOf = (table: string, ids: readonly RowId[]): string => {
    requireKeys();
    return [table, ...ids.map(partOf)].join("/");
  };
  const seal = ({ table, ids, value }: SealedChange): RowChange => {
    const key = keyOf(table, ids);
    if (value === null) return { key, value };
    const nonce = randomBytes(NONCE_BYTES);
    return {
      key,
      value: concatBytes(nonce, suite.aeadEncrypt(value, encodeUtf8(key), nonce, encryptionKey)),
    };
  };
  const open = <T>(table: RowTable<T>, key: string, sealed: Bytes): T => {
    // The lock may have come while the store was asked.
    requireKeys();
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const body = sealed.subarray(NONCE_BYTES);
    const opened =
      nonce.length === NONCE_BYTES
        ? suite.aeadDecrypt(body, encodeUtf8(key), nonce, encryptionKey)
        : undefined;
    const value = opened && table.codec.decode(opened);
    if (value?.ok === true) return value.value;
    throw new StorageFailure({ type: "StorageCorrupt", detail: `row of ${table.name}` });
  };

  return {
    get: async (table, ...ids) => {
      const key = keyOf(table.name, ids);
      const sealed = await store.get(key);
      return sealed && open(table, key, sealed);
    },
    getMany: async (table, rows) => {
      const keys = rows.map((ids) => keyOf(table.name, ids));
      const sealed = await store.getMany(keys);
      return keys.map((key, index) => {
        const value = sealed[index];
        return value && open(table, key, value);
      });
    },
    list: async (table, ...ids) => {
      const rows = await store.list(`${keyOf(table.name, ids)}/`);
      return rows.map(({ key, value }) => open(table, key, value));
    },
    write: async (changes) => store.write(changes.map(seal)),
    wipe: () => {
      isWiped = true;
      encryptionKey.fill(0);
      pseudonymKey.fill(0);
    },
  };
}
