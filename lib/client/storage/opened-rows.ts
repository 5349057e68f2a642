import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";

/** Of sealed rows; what they open to takes a few times as much. */
const MAX_SEALED_BYTES = 32 * 1024 * 1024;

/**
 * Values of a table's rows beside the sealed bytes that they were opened from. A row that is still the same byte for
 * byte need not be decrypted and parsed again; one that another tab has written since is. Ends with the unlock.
 */
export class OpenedRows<T> {
  readonly #rows = new Map<string, { readonly sealed: Bytes; readonly value: T }>();
  #sealedBytes = 0;

  get(key: string, sealed: Bytes): T | undefined {
    const row = this.#rows.get(key);
    return row && equalBytes(row.sealed, sealed) ? row.value : undefined;
  }

  put(key: string, sealed: Bytes, value: T): void {
    this.#sealedBytes += sealed.length - (this.#rows.get(key)?.sealed.length ?? 0);
    if (this.#sealedBytes > MAX_SEALED_BYTES) {
      this.#rows.clear();
      this.#sealedBytes = sealed.length;
    }
    this.#rows.set(key, { sealed, value });
  }
}
