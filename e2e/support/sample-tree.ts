import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A real folder on this machine: what people have on their disks, names of every kind included. */
export interface SampleTree {
  /** The folder to drop. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, SampleFile>;
  /** Relative paths of folders, the empty ones too, separated by "/". */
  readonly folders: readonly string[];
  readonly remove: () => Promise<void>;
}

interface SampleFile {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export const LARGE_FILE = "film of the site.mp4";
const LARGE_BYTES = 40 * 1024 * 1024;
export const SMALL_FILES = 300;

/** Every one of them is a name on some disk. */
export const ODD_NAMES: readonly string[] = [
  "🧾 receipt 👩‍⚖️.txt",
  "חוזה סופי.txt",
  "عقد نهائي.txt",
  `${"n".repeat(251)}.txt`,
  `${"é".repeat(125)}.txt`,
  ".hidden",
  "..two dots",
  "CON",
  "aux.txt",
  "ends in a dot.",
  " begins with a space",
  "percent %2F and #hash?.txt",
  "quote'\"<&>.txt",
  "back\\slash.txt",
];

export async function createSampleTree(): Promise<SampleTree> {
  const parent = await mkdtemp(path.join(tmpdir(), "holdfast-sample-"));
  const folder = path.join(parent, "Case Delaunay");
  const put = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  for (let index = 0; index < SMALL_FILES; index++) {
    await put(
      `scans/batch ${index % 3}/scan ${String(index).padStart(3, "0")}.txt`,
      `page ${index}\n`.repeat(20),
    );
  }
  await put(LARGE_FILE, randomBytes(LARGE_BYTES));
  for (const name of ODD_NAMES) await put(`odd names/${name}`, `content of ${name}`);
  await put("empty file.txt", "");
  await put("deep/er/and/deeper/still/bottom.txt", "at the bottom");
  for (const empty of ["empty folder", "deep/empty too"])
    await mkdir(path.join(folder, empty), { recursive: true });
  return { folder, ...(await listTree(folder)), remove: () => rm(parent, { recursive: true }) };
}

/** What is below a folder, by relative path. */
async function listTree(folder: string): Promise<Pick<SampleTree, "files" | "folders">> {
  const files = new Map<string, SampleFile>();
  const folders: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const location = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, location);
    if (entry.isDirectory()) folders.push(name);
    else files.set(name, describe(await readFile(location)));
  }
  return { files, folders: folders.toSorted() };
}

function describe(bytes: Uint8Array): SampleFile {
  return { sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
