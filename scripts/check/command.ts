import { spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

export interface Command {
  readonly name: string;
  readonly line: readonly [program: string, ...args: string[]];
}

/**
 * Runs a program of node_modules/.bin or of the system in the project's folder, its output going straight to
 * the terminal. Resolves to whether it ended with exit code 0.
 */
export async function runCommand(
  command: Command,
  environment: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const startMs = performance.now();
  console.log(`\n▸ ${command.name}: ${command.line.join(" ")}`);
  const [program, ...args] = command.line;
  const path = [join(ROOT, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...environment, PATH: path },
  });
  const succeeded = await new Promise<boolean>((settle) => {
    child.once("error", (error) => {
      console.error(error.message);
      settle(false);
    });
    child.once("exit", (code) => settle(code === 0));
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${succeeded ? "✓" : "✗"} ${command.name} (${seconds} s)`);
  return succeeded;
}
