import { encodeUtf8 } from "#protocol/bytes/text.ts";
import { MAX_NAME_BYTES, parseEntryName } from "#protocol/manifest/entry-name.ts";

const REPLACEMENT = "_";
/** Longer endings are not file types, so they may be cut with the rest of the name. */
const MAX_EXTENSION_CHARACTERS = 16;

/**
 * The name under which a file of any platform is kept: itself where that is possible, else with "_" for what a
 * folder cannot show, and shortened before its extension where it is too long. No file stays behind for its name.
 */
export function cleanName(raw: string): string {
  const printable = Array.from(raw, (character) => (isForbidden(character) ? REPLACEMENT : character)).join(
    "",
  );
  const isDotsOrBlank = printable.trim() === "" || printable === "." || printable === "..";
  const name = shorten((isDotsOrBlank ? REPLACEMENT : printable).normalize("NFC"));
  return parseEntryName(name).ok ? name : REPLACEMENT;
}

/** Separators, C0, DEL, C1, and lone surrogates: `parseEntryName` refuses each of them. */
function isForbidden(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return true;
  return character === "/" || (point >= 0xd800 && point <= 0xdfff);
}

function shorten(name: string): string {
  if (encodeUtf8(name).length <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const hasExtension = dot > 0 && name.length - dot <= MAX_EXTENSION_CHARACTERS;
  const stem = Array.from(hasExtension ? name.slice(0, dot) : name);
  const extension = hasExtension ? name.slice(dot) : "";
  while (encodeUtf8(stem.join("") + extension).length > MAX_NAME_BYTES) stem.pop();
  return (stem.join("") + extension).normalize("NFC");
}
