import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { createSealedRows, type SealedRows } from "../sealed-rows.ts";
import { createMemoryRowStore } from "./memory-row-store.ts";

export const randomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Sealed with a key of their own, and kept in memory. */
export function createMemoryRows(suite: CryptoSuite): SealedRows {
  return createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32));
}
