import { createNobleSuite } from "#crypto/noble-suite.ts";

/** Nothing under test here draws randomness, so asking for it is a bug. */
export const testSuite = createNobleSuite(() => {
  throw new Error("the light client draws no randomness");
});
