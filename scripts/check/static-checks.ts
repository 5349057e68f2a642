import type { Command } from "./command.ts";

/** Everything that judges the source without running it: scripts of package.json, each runnable alone. */
export const STATIC_CHECKS: readonly Command[] = [
  "check:format",
  "check:types",
  "check:lint",
  "check:architecture",
  "check:graph",
  "check:dead-code",
].map((name) => ({ name, line: ["npm", "run", "--silent", name] }));
