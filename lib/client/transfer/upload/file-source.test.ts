import { expect, it } from "vitest";
import type { UploadSource } from "../../engine.ts";
import { type SourceEntry, walkSources } from "./file-source.ts";
import { MAX_SOURCE_DEPTH } from "./source-problem.ts";

/** A folder as the browser gives it, of which a walk uses these parts only. */
function folder(
  name: string,
  children: () => Iterable<unknown>,
  isSameEntry: (other: unknown) => boolean = () => false,
): FileSystemHandle {
  const handle = {
    kind: "directory",
    name,
    isSameEntry: async (other: unknown) => isSameEntry(other),
    values: async function* () {
      yield* children();
    },
  };
  return handle as unknown as FileSystemHandle;
}

function file(name: string): FileSystemHandle {
  return { kind: "file", name } as unknown as FileSystemHandle;
}

/** Each entry's kind and path, and its problem. */
async function walked(...sources: readonly UploadSource[]): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const entry of walkSources(sources)) entries.push(wordsOf(entry));
  return entries;
}

function wordsOf(entry: SourceEntry): string {
  const words = `${entry.kind} ${entry.path.join("/")}`;
  return entry.kind === "unreadable" ? `${words} ${entry.error.type}` : words;
}

const handleOf = (handle: FileSystemHandle): UploadSource => ({ kind: "handle", handle });

it("goes on beside what has no name that a page can use, and says so once a folder", async () => {
  const tree = folder("tree", () => [
    file(""),
    file("a"),
    folder("", () => [file("in")]),
    file(".."),
    file("x/y"),
  ]);
  expect(await walked(handleOf(tree))).toEqual([
    "folder tree",
    "file tree/a",
    "unreadable tree/ SourceUnnameable",
  ]);
});

it("does not walk in a circle where a folder is found in itself", async () => {
  const tree: FileSystemHandle = folder("tree", () => [
    folder(
      "again",
      () => [tree],
      () => true,
    ),
    file("a"),
  ]);
  expect(await walked(handleOf(tree))).toEqual([
    "folder tree",
    "file tree/a",
    "unreadable tree/ SourceUnnameable",
  ]);
});

it("ends where folders lie deeper than any file system's paths", async () => {
  const endless = (): FileSystemHandle => folder("d", () => [endless()]);
  const entries = await walked(handleOf(endless()));
  expect(entries).toHaveLength(MAX_SOURCE_DEPTH + 1);
  expect(entries.at(-1)).toMatch(/^unreadable .* SourceTooDeep$/);
  expect(entries.filter((entry) => entry.startsWith("folder"))).toHaveLength(MAX_SOURCE_DEPTH);
});

for (const [name, problem] of [
  ["NotFoundError", "SourceGone"],
  ["NotAllowedError", "SourceNotPermitted"],
  ["NotReadableError", "SourceUnreadable"],
  ["TypeMismatchError", "SourceUnreadable"],
]) {
  it(`goes on with the next thing after a folder that ends in ${name}`, async () => {
    const broken = folder("broken", function* () {
      yield file("first");
      throw new DOMException("no more", name);
    });
    expect(await walked(handleOf(folder("tree", () => [broken, file("b")])))).toEqual([
      "folder tree",
      "folder tree/broken",
      "file tree/broken/first",
      `unreadable tree/broken ${problem}`,
      "file tree/b",
    ]);
  });
}

it("takes what a page found by itself: files, empty folders, and what could not be read", async () => {
  const entries = await walked(
    { kind: "folder", path: "tree/empty" },
    { kind: "file", path: "tree/a.txt", file: new File(["a"], "a.txt") },
    { kind: "unreadable", path: "tree/link", problem: "SourceLinked" },
    { kind: "unreadable", path: "tree/", problem: "SourceUnnameable" },
  );
  expect(entries).toEqual([
    "folder tree/empty",
    "file tree/a.txt",
    "unreadable tree/link SourceLinked",
    "unreadable tree SourceUnnameable",
  ]);
});
