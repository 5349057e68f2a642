import type { Bytes } from "#protocol/bytes/bytes.ts";

/** The platform takes no memory that another thread might change meanwhile; the types cannot tell that none of ours is. */
export function unshared(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

function isUnshared(bytes: Bytes): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
