/**
 * `npm run check`: the source, and the tests that need no browser, database or server. Runs everything, then fails if
 * anything did. `npm test` runs the rest.
 */
import { type Command, runCommand } from "./check/command.ts";
import { STATIC_CHECKS } from "./check/static-checks.ts";

const UNIT_FOLDERS = ["lib/protocol", "lib/crypto", "lib/client", "lib/ui"];
const UNIT_TESTS: Command = {
  name: "unit tests",
  line: ["vitest", "run", "--project", "node", "--exclude", "**/*.node.test.ts", ...UNIT_FOLDERS],
};

const failed: string[] = [];
for (const command of [...STATIC_CHECKS, UNIT_TESTS]) {
  if (!(await runCommand(command))) failed.push(command.name);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
