import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readZip } from "../../e2e/support/read-zip.ts";

export interface RealTree {
  readonly folder: string;
  readonly what: string;
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
}

/**
 * A folder as people really have them: the documentation of the Rust toolchain where there is one (some 52,000 files
 * in 1,435 folders), else this project's own dependencies.
 */
export function findRealTree(root: string, isQuick: boolean): RealTree {
  const chosen = process.env["BENCH_TREE"];
  if (chosen !== undefined) return measureTree(chosen, chosen);
  if (isQuick) return measureTree(path.join(root, "docs"), "docs");
  const documentation = rustDocumentation();
  if (documentation !== undefined) return measureTree(documentation, "the Rust toolchain's documentation");
  process.stderr.write("no documentation of a Rust toolchain here: node_modules is taken instead\n");
  return measureTree(path.join(root, "node_modules"), "node_modules");
}

/** Names of what differs between the folder and the archive that was made of it; empty where all is equal. */
export async function differencesIn(tree: RealTree, downloads: string): Promise<readonly string[]> {
  const top = path.basename(tree.folder);
  const entries = readZip(readFileSync(await savedArchive(downloads, top)));
  const expected = new Set<string>();
  const different: string[] = [];
  for (const { relative, isFolder } of walk(tree.folder, top)) {
    const name = isFolder ? `${relative}/` : relative;
    expected.add(name);
    const entry = entries.get(name);
    if (
      isFolder
        ? entry === undefined
        : entry?.equals(readFileSync(path.join(tree.folder, "..", relative))) !== true
    )
      different.push(name);
  }
  return [...different, ...[...entries.keys()].filter((name) => !expected.has(name) && name !== `${top}/`)];
}

/** Chromium gives a file its name a moment after its last byte. */
async function savedArchive(downloads: string, name: string): Promise<string> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const saved = existsSync(downloads) ? readdirSync(downloads) : [];
    const archive = saved.find((file) => file.startsWith(name) && file.endsWith(".zip"));
    if (archive !== undefined) return path.join(downloads, archive);
    await delay(100);
  }
  throw new Error(
    `no archive in ${downloads}: ${existsSync(downloads) ? readdirSync(downloads).join(", ") : "no folder"}`,
  );
}

function rustDocumentation(): string | undefined {
  try {
    const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
    const folder = path.join(sysroot, "share/doc/rust/html");
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function measureTree(folder: string, what: string): RealTree {
  let files = 0;
  let folders = 0;
  let bytes = 0;
  for (const { relative, isFolder } of walk(folder, path.basename(folder))) {
    if (isFolder) folders++;
    else {
      files++;
      bytes += statSync(path.join(folder, "..", relative)).size;
    }
  }
  return { folder, what, files, folders, bytes };
}

function* walk(folder: string, relative: string): Generator<{ relative: string; isFolder: boolean }> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const below = `${relative}/${entry.name}`;
    if (entry.isDirectory()) {
      yield { relative: below, isFolder: true };
      yield* walk(path.join(folder, entry.name), below);
    } else if (entry.isFile()) yield { relative: below, isFolder: false };
  }
}
