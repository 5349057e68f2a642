/** CometBFT's own limit on the length of a chain id. */
export const MAX_CHAIN_ID_BYTES = 50;

/** Ten times the validators of the largest networks; keeps a hostile set from costing minutes of curve work. */
export const MAX_VALIDATORS = 1_000;

/** The application chooses the length of its hash; ours has 32 bytes, the longest in use 64. */
export const MAX_APP_HASH_BYTES = 64;

/** CometBFT keeps the sum of powers below an eighth of int64, so that its own arithmetic cannot overflow. */
export const MAX_TOTAL_POWER = (2n ** 63n - 1n) / 8n;

/** An int32 in CometBFT. */
export const MAX_ROUND = 2 ** 31 - 1;

/** A uint32 in CometBFT. */
export const MAX_PARTS = 2 ** 32 - 1;

/** The block protocol of CometBFT 0.34 to 0.40, whose header and commit this code knows. */
export const BLOCK_PROTOCOL = 11n;
