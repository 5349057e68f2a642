/**
 * `npm run check`: the source, and the tests that need no browser, database or server. Runs everything, then fails if
 * anything did. `npm test` runs the rest, and both of these without their short cuts.
 */
import { type Command, runCommand } from "./check/command.ts";
import { STATIC_CHECKS } from "./check/static-checks.ts";

/** Files that did not change are not read again, so what a change of types elsewhere breaks in them is not seen here. */
const CACHED_LINT: Command = {
  name: "check:lint",
  line: [
    ...(["npm", "run", "--silent", "check:lint", "--"] as const),
    ...["--cache", "--cache-strategy", "content", "--cache-location", "node_modules/.cache/eslint/"],
  ],
};

/** One after the other in the same process, where each file's modules are loaded already. */
const UNIT_TESTS: Command = {
  name: "unit tests",
  line: [
    ...(["vitest", "run", "--project", "node", "--no-isolate", "--reporter", "dot", "--no-color"] as const),
    ...["lib/protocol", "lib/crypto", "lib/client", "lib/ui"],
  ],
};

const failed: string[] = [];
const judge = async (command: Command, isBesideOthers: boolean) => {
  if (!(await runCommand(command, { isBesideOthers }))) failed.push(command.name);
};
const unitTests = judge(UNIT_TESTS, true);
for (const command of STATIC_CHECKS) {
  await judge(command.name === CACHED_LINT.name ? CACHED_LINT : command, false);
}
await unitTests;
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
