import { encodeUtf8 } from "#protocol/bytes/text.ts";
import { freeName } from "#protocol/manifest/entry-name.ts";

const REPLACEMENT = "_";
/** What a header of an archive has room for, without the slash behind a folder. */
const MAX_PATH_BYTES = 0xffff - 1;
/** Separators of any system, what Windows refuses, control characters, and lone surrogates. */
const REFUSED = /[/\\:*?"<>|\p{Cc}\p{Cs}]/gu;
/** Names of devices on Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=$|\.| )/iu;

/** The name that every file system takes for an entry: no path, no device, nothing that is cut off silently. */
export function savedName(name: string): string {
  const printable = name.replace(REFUSED, REPLACEMENT).replace(/[. ]+$/u, REPLACEMENT);
  const unreserved = printable.replace(RESERVED, (device) => device + REPLACEMENT);
  return unreserved.trim() === "" ? REPLACEMENT : unreserved;
}

/**
 * Gives each entry of a tree its path in an archive. Names that differ only in case or in what was replaced are told
 * apart by a number, since many systems hold them for one. What lies deeper than an archive can name starts again at
 * the top.
 */
export class ArchivePaths {
  readonly #taken = new Map<string, Set<string>>();

  /** `folder`: a path that was given before, or "" at the top. */
  pathOf(folder: string, name: string): string {
    const taken = this.#taken.get(folder) ?? new Set<string>();
    this.#taken.set(folder, taken);
    const free = freeName(savedName(name), (candidate) => taken.has(folded(candidate)));
    taken.add(folded(free));
    const path = folder === "" ? free : `${folder}/${free}`;
    return encodeUtf8(path).length > MAX_PATH_BYTES ? this.pathOf("", name) : path;
  }
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
