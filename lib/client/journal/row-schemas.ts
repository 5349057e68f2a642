import { enumeration, literal } from "#protocol/codec/schema.ts";

/**
 * First field of every row of the journal and the audit: a newer app reads what an older one wrote or says that it
 * cannot, and an older one never misreads.
 */
export const rowVersion = literal(1);

/** Checks as the engine's face names them. */
export const checkSchema = enumeration({ I1: 1, I2: 2, I3: 3, E1: 4, E2: 5, E3: 6, E4: 7, E5: 8, E6: 9 });
