import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Keeps a second process off the folder: two chains appending to one file would fork it. A lock left by a crash
 * is taken over; a process that merely got the dead one's number is told apart by its start time where /proc
 * tells it.
 */
export function lockFolder(dir: string): { readonly release: () => void } {
  const path = join(dir, "lock");
  const own = describeProcess(process.pid);
  try {
    writeFileSync(path, own, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const holder = readFileSync(path, "utf8");
    const pid = Number.parseInt(holder, 10);
    if (pid !== process.pid && isAlive(pid) && describeProcess(pid) === holder) {
      throw new Error(`process ${pid} is using the ledger's folder`, { cause: error });
    }
    writeFileSync(path, own, { mode: 0o600 });
  }
  return { release: () => rmSync(path, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** "pid start-time": field 22 of /proc/<pid>/stat, after the command's name in brackets. */
function describeProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${pid} ${fields[19] ?? ""}`;
  } catch {
    return `${pid} `;
  }
}
