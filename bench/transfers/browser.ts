import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable, Writable } from "node:stream";
import { ensureChromium } from "../../scripts/test-run/chromium.ts";
import { openDebugPipe } from "./debug-pipe.ts";

export interface Browser {
  /** Looks for its pages' processes, which takes the machine's time: not while something is measured. */
  readonly findPages: () => Promise<void>;
  /** Bytes of memory that the processes found last hold, shared pages by their share. */
  readonly pageMemory: () => Promise<number>;
  /** Drops a file or folder of the disk onto the page. */
  readonly drop: (file: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A Chromium without a driver, with a profile and a folder for downloads of its own. */
export async function openBrowser(folder: string, url: string): Promise<Browser> {
  const profile = path.join(folder, "profile");
  await mkdir(path.join(profile, "Default"), { recursive: true });
  const preferences = {
    download: { default_directory: path.join(folder, "downloads"), prompt_for_download: false },
    // Several downloads from one page would otherwise wait for a permission.
    profile: { default_content_setting_values: { automatic_downloads: 1 } },
  };
  await writeFile(path.join(profile, "Default/Preferences"), JSON.stringify(preferences));
  const child = spawn(
    ensureChromium(),
    [
      "--headless=new",
      "--no-sandbox",
      "--no-first-run",
      "--window-size=1400,900",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const [, , , input, output] = child.stdio;
  if (!(input instanceof Writable) || !(output instanceof Readable)) throw new Error("no pipe to Chromium");
  const { drop } = openDebugPipe(input, output);
  let renderers: readonly number[] = [];
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    findPages: async () => {
      renderers = await renderersOf(child);
    },
    drop,
    pageMemory: () => memoryOf(renderers),
    close: async () => {
      child.kill();
      await over;
    },
  };
}

/** The browser's descendants that run pages, workers or service workers. */
async function renderersOf(browser: ChildProcess): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  const renderers = new Set<number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]);
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (command.includes("--type=renderer")) renderers.add(Number(name));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const waiting = [browser.pid ?? -1];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    waiting.push(...(children.get(pid) ?? []));
    if (renderers.has(pid)) found.push(pid);
  }
  return found;
}

async function memoryOf(pids: readonly number[]): Promise<number> {
  let total = 0;
  for (const pid of pids) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    total += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  }
  return total;
}
