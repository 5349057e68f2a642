/** Caps of the ledger's formats. They bound what a hostile proxy can make a browser read. */

export const MAX_ACTIVE_INSTANCES = 32;
/** Entries are never removed from a registry, so this counts retired keys as well. */
export const MAX_REGISTRY_ENTRIES = 1024;
export const MAX_OPEN_CHALLENGES = 64;
export const MAX_FORCED_RECORD_BYTES = 16_384;
export const MAX_EVIDENCE_BYTES = 65_536;
export const MAX_RESPONSE_BYTES = 32_768;
export const MAX_TRANSACTION_BYTES = 262_144;
/** A Merkle path over at most 2^63 leaves. */
export const MAX_PATH_HASHES = 63;
