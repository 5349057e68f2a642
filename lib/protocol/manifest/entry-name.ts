import { encodeUtf8 } from "../bytes/text.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * Names inside a folder: what every platform can show, kept as the person wrote it. Names that only some system
 * cannot store (Windows' reserved ones, right-to-left marks, emoji) pass; a download escapes them for its target.
 */
export type NameError =
  | { readonly type: "NameEmpty" }
  | { readonly type: "NameTooLong"; readonly sizeBytes: number }
  | { readonly type: "NameHasSeparator" }
  | { readonly type: "NameIsDots" }
  | { readonly type: "NameHasControl" };

/** The limit of common file systems, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255;

/** The name in Unicode NFC, so that one name typed on two systems is one name. */
export function parseEntryName(text: string): Result<string, NameError> {
  const name = text.normalize("NFC");
  if (name.trim() === "") return err({ type: "NameEmpty" });
  if (name === "." || name === "..") return err({ type: "NameIsDots" });
  if (name.includes("/")) return err({ type: "NameHasSeparator" });
  if (hasControl(name)) return err({ type: "NameHasControl" });
  const sizeBytes = encodeUtf8(name).length;
  return sizeBytes > MAX_NAME_BYTES ? err({ type: "NameTooLong", sizeBytes }) : ok(name);
}

/** `report.pdf` → `report (2).pdf`: the first such name that is free, shortened where it would be too long. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 2; ; number++) {
    const candidate = fitName(stem, ` (${number})${extension}`);
    if (!isTaken(candidate)) return candidate;
  }
}

/** The name itself, or as much of it as a name may be long. */
export function shortenName(name: string): string {
  return fitName(name, "");
}

/** C0, DEL, C1, and lone surrogates, which have no UTF-8. */
function hasControl(name: string): boolean {
  for (const character of name) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0xd800 && point <= 0xdfff)) return true;
  }
  return false;
}

/** Cuts whole characters off the stem until both parts fit. An extension that fills the name by itself is cut too. */
function fitName(stem: string, ending: string): string {
  // By code point: a cut between two of them leaves valid UTF-8.
  const characters = Array.from(stem);
  const endingBytes = encodeUtf8(ending).length;
  if (endingBytes > MAX_NAME_BYTES / 2) {
    const number = /^ \(\d+\)/.exec(ending)?.[0] ?? "";
    return fitName(stem + ending.slice(number.length), number);
  }
  while (encodeUtf8(characters.join("")).length + endingBytes > MAX_NAME_BYTES) characters.pop();
  return characters.join("").normalize("NFC") + ending;
}
