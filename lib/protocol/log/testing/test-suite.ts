import { createNobleSuite } from "#crypto/noble-suite.ts";
import type { CryptoSuite } from "../../crypto/suite.ts";

/** The core's tests run on noble; sealed boxes, the only thing that draws randomness, are not used in them. */
export const testSuite: CryptoSuite = createNobleSuite((length) => new Uint8Array(length).fill(9));
