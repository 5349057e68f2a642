import type { Bytes } from "#protocol/bytes/bytes.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * The same bytes in chunks that may be handed over to another thread: nothing else looks at the buffer of any of them.
 * Small pieces are gathered; large ones that have a buffer to themselves are passed on without a copy.
 */
export async function* ownChunks(pieces: AsyncIterable<Bytes>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let gathered = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    if (length + piece.length > CHUNK_BYTES && length > 0) {
      yield gathered.subarray(0, length);
      gathered = new Uint8Array(CHUNK_BYTES);
      length = 0;
    }
    if (piece.length > CHUNK_BYTES) {
      yield hasOwnBuffer(piece) ? piece : new Uint8Array(piece);
      continue;
    }
    gathered.set(piece, length);
    length += piece.length;
  }
  if (length > 0) yield gathered.subarray(0, length);
}

function hasOwnBuffer(bytes: Bytes): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length;
}
