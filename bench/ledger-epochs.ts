import { createProductSuite } from "#crypto/product-suite.ts";
import { unwrap } from "#protocol/result.ts";
import { createEpochHistory } from "./support/epoch-history.ts";
import { median, timeMs } from "./support/measure.ts";
import { IS_QUICK, reportRows } from "./support/rows.ts";

/**
 * How long a device takes for a thousand epochs under one verified header: with one range proof, and with a path
 * for each. Run alone by `npx tsx bench/ledger-epochs.ts`.
 */
const EPOCHS = 1000;
const ROUNDS = IS_QUICK ? 5 : 20;
const TARGET_MS = 100;

const suite = await createProductSuite();
const history = createEpochHistory(suite, EPOCHS);
const together: number[] = [];
const oneByOne: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  together.push(timeMs(() => unwrap(history.verifyTogether())));
  oneByOne.push(timeMs(() => history.verifyOneByOne()));
}
const oursMs = median(together);
reportRows([
  {
    name: `${EPOCHS} epochs under one header, Node`,
    ours: `${oursMs.toFixed(1)} ms with one range proof`,
    comparedWith: `${median(oneByOne).toFixed(1)} ms with a path for each`,
    ratio: median(oneByOne) / oursMs,
    target: `< ${TARGET_MS} ms`,
    isReached: oursMs < TARGET_MS,
  },
]);
