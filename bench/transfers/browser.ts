import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureChromium } from "../../scripts/test-run/chromium.ts";

export interface Browser {
  /** Bytes of memory that its pages' processes hold, shared pages by their share. */
  readonly pageMemory: () => Promise<number>;
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
    ["--headless=new", "--no-sandbox", "--no-first-run", `--user-data-dir=${profile}`, url],
    { stdio: "ignore" },
  );
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pageMemory: () => pageMemory(child),
    close: async () => {
      child.kill();
      await over;
    },
  };
}

async function pageMemory(browser: ChildProcess): Promise<number> {
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
  let total = 0;
  const waiting = [browser.pid ?? -1];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    waiting.push(...(children.get(pid) ?? []));
    if (!renderers.has(pid)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    total += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  }
  return total;
}
