/**
 * Whether an image's file was cut off: it lacks the mark that its format ends with (PNG's IEND chunk, JPEG's EOI, GIF's
 * trailer), or the length that it names (RIFF of WebP). False for other formats.
 */
export function endsEarly(bytes: Uint8Array): boolean {
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47])) return !contains(bytes, [0x49, 0x45, 0x4e, 0x44]);
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return !contains(bytes, [0xff, 0xd9]);
  if (startsWith(bytes, 0, [0x47, 0x49, 0x46, 0x38])) return !contains(bytes.subarray(-64), [0x3b]);
  const isWebP =
    startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50]);
  if (!isWebP) return false;
  const named = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  return bytes.length < named + 8;
}

/** From the end, where the mark stands; cameras append data of their own behind it. */
function contains(bytes: Uint8Array, mark: readonly number[]): boolean {
  for (let at = bytes.length - mark.length; at >= 0; at -= 1) if (startsWith(bytes, at, mark)) return true;
  return false;
}

function startsWith(bytes: Uint8Array, at: number, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[at + index] === byte);
}
