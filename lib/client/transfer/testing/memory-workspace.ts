import { toHex } from "#protocol/bytes/text.ts";
import { freeName } from "#protocol/manifest/entry-name.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import { err, ok } from "#protocol/result.ts";
import type { EngineError, Entry } from "../../engine.ts";
import type { FileGateway, OpenedFile, SetAsideFile, UnsentFile } from "../../engine-parts.ts";

interface StoredEntry {
  readonly entry: Entry;
  readonly folder: string | null;
  readonly manifest: FileManifest | null;
}

/** One workspace in memory in place of the part that signs and commits records. */
export class MemoryWorkspace implements FileGateway {
  readonly entries: StoredEntry[] = [];
  /** Number of files in each call. */
  readonly commits: number[] = [];
  readonly reads: number[] = [];
  /** Contents that the log has not taken, by the id of their edit. */
  readonly setAside = new Map<string, readonly SetAsideFile[]>();
  /** Looked at before each change; an error means that nothing happened. */
  fault: () => EngineError | null = () => null;
  /** A manifest that is not complete on the server is the one thing that must never be committed. */
  onCommit: (manifest: FileManifest) => void = () => undefined;
  /** As when no record gets through: what is committed from then on waits, until it is null again. */
  unsentBecause: EngineError | null = null;
  readonly #unsent: UnsentFile[] = [];
  readonly #unsentFolders = new Set<string>();
  /** Work between the change and the answer; a tab may be killed in it. */
  beforeAnswer: () => Promise<void> = async () => undefined;

  ensureFolders: FileGateway["ensureFolders"] = async (_workspace, parent, paths) => {
    const fault = this.fault();
    if (fault) return err(fault);
    const ids = new Map<string, string>();
    for (const path of paths) {
      let above = parent;
      for (const [depth, name] of path.entries()) {
        above = this.#folder(above, name);
        ids.set(path.slice(0, depth + 1).join("/"), above);
      }
    }
    await this.beforeAnswer();
    return ok(ids);
  };

  commitFiles: FileGateway["commitFiles"] = async (_workspace, files) => {
    const fault = this.fault();
    if (fault) return err(fault);
    this.commits.push(files.length);
    const before = new Set(this.entries);
    const made = files.map(({ folder, manifest, modifiedAt, replacesSameName }) => {
      this.onCommit(manifest);
      const siblings = this.entries.filter((stored) => stored.folder === folder);
      const same = siblings.find((stored) => before.has(stored) && stored.entry.name === manifest.name);
      if (same?.manifest && replacesSameName === true) {
        before.delete(same);
        this.entries[this.entries.indexOf(same)] = { ...same, manifest };
        return { ...same.entry, replacedVersion: 1 };
      }
      const name = freeName(manifest.name, (candidate) =>
        siblings.some(({ entry }) => entry.name === candidate),
      );
      const child = { name, kind: "file", sizeBytes: manifest.sizeBytes, modifiedAt } as const;
      return { ...this.#add(folder, child, manifest), replacedVersion: null };
    });
    await this.beforeAnswer();
    return ok(made);
  };

  openFiles: FileGateway["openFiles"] = async (_workspace, files) => {
    this.reads.push(files.length);
    const isUnsent = ({ manifest }: StoredEntry) =>
      this.#unsent.some((one) => one.manifest.blocks[0]?.id === manifest?.blocks[0]?.id);
    const found = files.flatMap(({ file }): OpenedFile[] => {
      const manifest = this.entries.find((stored) => stored.entry.id === file && !isUnsent(stored))?.manifest;
      return manifest ? [{ file, version: 1, manifest, author: new Uint8Array(16), at: 0 }] : [];
    });
    return found.length === files.length ? ok(found) : err({ type: "NotFound" });
  };

  openSetAside: FileGateway["openSetAside"] = async (_workspace, edit) => {
    const files = this.setAside.get(edit);
    return files ? ok(files) : err({ type: "NotFound" });
  };

  unsent: FileGateway["unsent"] = async () => {
    if (this.unsentBecause === null) {
      this.#unsent.length = 0;
      this.#unsentFolders.clear();
    }
    const because = this.unsentBecause;
    return {
      files: this.#unsent.map((file) => ({ ...file, because })),
      folders: new Set(this.#unsentFolders),
      because,
    };
  };

  /** As a person does with what was set aside: the folder never has it. */
  giveUpUnsent(): void {
    const isUnsent = ({ manifest }: StoredEntry) =>
      this.#unsent.some((one) => one.manifest.blocks[0]?.id === manifest?.blocks[0]?.id);
    const kept = this.entries.filter((stored) => stored.manifest === null || !isUnsent(stored));
    this.entries.splice(0, this.entries.length, ...kept);
    this.unsentBecause = null;
  }

  sendUnsent: FileGateway["sendUnsent"] = async () => undefined;

  listFolder: FileGateway["listFolder"] = async (_workspace, folder) =>
    ok(this.entries.filter((stored) => stored.folder === folder).map(({ entry }) => entry));

  listFolders: FileGateway["listFolders"] = async (_workspace, folders) =>
    ok(
      folders.map((folder) =>
        this.entries.filter((stored) => stored.folder === folder).map(({ entry }) => entry),
      ),
    );

  /** Every file by its path. */
  files(): ReadonlyMap<string, FileManifest> {
    const pathOf = ({ entry, folder }: StoredEntry): string => {
      const parent = this.entries.find((stored) => stored.entry.id === folder);
      return parent ? `${pathOf(parent)}/${entry.name}` : entry.name;
    };
    return new Map(
      this.entries.flatMap((stored) => (stored.manifest ? [[pathOf(stored), stored.manifest] as const] : [])),
    );
  }

  #folder(parent: string | null, name: string): string {
    const found = this.entries.find(
      ({ entry, folder }) => folder === parent && entry.kind === "folder" && entry.name === name,
    );
    if (found) return found.entry.id;
    return this.#add(parent, { name, kind: "folder", sizeBytes: 0, modifiedAt: 0 }, null).id;
  }

  #add(
    folder: string | null,
    shown: Pick<Entry, "name" | "kind" | "sizeBytes" | "modifiedAt">,
    manifest: FileManifest | null,
  ): Entry {
    const id = toHex(Uint8Array.of(this.entries.length >> 8, this.entries.length & 255));
    const entry: Entry = { id, ...shown, mimeHint: null, state: "recorded" };
    this.entries.push({ entry, folder, manifest });
    if (this.unsentBecause !== null && manifest)
      this.#unsent.push({ folder, manifest: { ...manifest, name: entry.name }, because: null });
    if (this.unsentBecause !== null && !manifest) this.#unsentFolders.add(id);
    return entry;
  }
}
