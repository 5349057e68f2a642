import { encodeUtf8 } from "#protocol/bytes/text.ts";

/** RFC 6266 with the name in RFC 8187's encoding, which carries any character and cannot break out of the header. */
export function attachmentNamed(name: string): string {
  let encoded = "";
  for (const byte of encodeUtf8(name)) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9!#$&+.^_`|~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return `attachment; filename*=UTF-8''${encoded}`;
}
