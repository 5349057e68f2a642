import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { freeName } from "./entry-name.ts";
import type { FolderChild, FolderManifest } from "./folder-manifest.ts";

/** A folder while it is changed: every step takes the same time, however many children there are. */
export class FolderDraft {
  readonly #before: FolderManifest;
  readonly #children: Map<string, FolderChild>;
  readonly #names: Set<string>;
  #parent: Bytes | null;
  #isChanged = false;

  constructor(folder: FolderManifest) {
    this.#before = folder;
    this.#parent = folder.parent;
    this.#children = new Map(folder.children.map((child) => [toHex(child.id), child]));
    this.#names = new Set(folder.children.map(({ name }) => name));
  }

  get parent(): Bytes | null {
    return this.#parent;
  }

  set parent(parent: Bytes | null) {
    const isSame =
      parent === null || this.#parent === null ? parent === this.#parent : equalBytes(parent, this.#parent);
    if (isSame) return;
    this.#parent = parent;
    this.#isChanged = true;
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  get size(): number {
    return this.#children.size;
  }

  children(): Iterable<FolderChild> {
    return this.#children.values();
  }

  child(id: Bytes): FolderChild | undefined {
    return this.#children.get(toHex(id));
  }

  /** Adds or replaces the child with this id under a name that no other child has, which is answered. */
  put(child: FolderChild): string {
    const key = toHex(child.id);
    const before = this.#children.get(key);
    if (before) this.#names.delete(before.name);
    const name = freeName(child.name, (candidate) => this.#names.has(candidate));
    this.#children.set(key, { ...child, name });
    this.#names.add(name);
    this.#isChanged = true;
    return name;
  }

  remove(id: Bytes): void {
    const key = toHex(id);
    const child = this.#children.get(key);
    if (!child) return;
    this.#children.delete(key);
    this.#names.delete(child.name);
    this.#isChanged = true;
  }

  /** Children in the order of their names. */
  toFolder(): FolderManifest {
    if (!this.#isChanged) return this.#before;
    const children = [...this.#children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { parent: this.#parent, children };
  }
}
