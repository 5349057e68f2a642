import type { Bytes } from "#protocol/bytes/bytes.ts";

/**
 * The browser's storage as the engine uses it: byte rows under sorted string keys. Two implementations pass one
 * contract suite: IndexedDB in the browser and a map in tests.
 */
export interface RowStore {
  readonly get: (key: string) => Promise<Bytes | undefined>;
  /** In the order asked for; one request where `get` would take many. */
  readonly getMany: (keys: readonly string[]) => Promise<readonly (Bytes | undefined)[]>;
  /** All rows whose key starts with `prefix`, in ascending order of their keys. */
  readonly list: (prefix: string) => Promise<readonly Row[]>;
  /** All or nothing, in the order given; durable as far as the store promises it when it resolves. */
  readonly write: (changes: readonly RowChange[]) => Promise<void>;
  /** Removes every row. */
  readonly clear: () => Promise<void>;
  readonly close: () => void;
}

export interface Row {
  readonly key: string;
  readonly value: Bytes;
}

export interface RowChange {
  readonly key: string;
  /** Null removes the row. */
  readonly value: Bytes | null;
}

export type StorageError =
  | { readonly type: "StorageFull" }
  /** Its key is gone: nothing is read or written any more. */
  | { readonly type: "DeviceLocked" }
  /** Written by another version of this app, in rows that mean something else: nothing of it is read or written. */
  | { readonly type: "StorageOfOtherVersion"; readonly writtenBy: "earlier" | "later" }
  | { readonly type: "StorageCorrupt"; readonly detail: string };

/**
 * Thrown, not returned: nothing that an operation could do next makes sense without its storage, so one place,
 * the engine's border, turns it into an answer for the screen.
 */
export class StorageFailure extends Error {
  readonly error: StorageError;
  constructor(error: StorageError) {
    super(error.type === "StorageCorrupt" ? `${error.type}: ${error.detail}` : error.type);
    this.error = error;
  }
}
