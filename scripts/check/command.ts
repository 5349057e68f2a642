import { spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

export interface Command {
  readonly name: string;
  readonly line: readonly [program: string, ...args: string[]];
}

/**
 * Runs a program of node_modules/.bin or of the system in the project's folder. Its output goes straight to the
 * terminal, or, of one that runs beside others, in one piece at its end. Resolves to whether it ended with exit code 0.
 */
export async function runCommand(
  command: Command,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly isBesideOthers?: boolean;
  } = {},
): Promise<boolean> {
  const { environment = {}, isBesideOthers = false } = options;
  const startMs = performance.now();
  const title = `\n▸ ${command.name}: ${command.line.join(" ")}`;
  const output: Buffer[] = [];
  if (!isBesideOthers) console.log(title);
  const [program, ...args] = command.line;
  const path = [join(ROOT, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ["inherit", ...(isBesideOthers ? (["pipe", "pipe"] as const) : (["inherit", "inherit"] as const))],
    env: { ...process.env, ...environment, PATH: path },
  });
  const succeeded = await new Promise<boolean>((settle) => {
    child.once("error", (error) => {
      console.error(error.message);
      settle(false);
    });
    child.once("close", (code) => settle(code === 0));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (part: Buffer) => output.push(part));
    }
  });
  if (isBesideOthers) process.stdout.write(`${title}\n${Buffer.concat(output).toString()}`);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${succeeded ? "✓" : "✗"} ${command.name} (${seconds} s)`);
  return succeeded;
}
