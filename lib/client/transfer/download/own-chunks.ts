const CHUNK_BYTES = 256 * 1024;

/**
 * The same bytes in chunks that may be handed over to another thread, each with a buffer of its own. Small pieces are
 * gathered, and always copied: the archive's writer still looks at them after it gave them out.
 */
export async function* ownChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let gathered = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    if (length + piece.length > CHUNK_BYTES && length > 0) {
      yield gathered.slice(0, length);
      length = 0;
    }
    if (piece.length > CHUNK_BYTES) {
      yield hasOwnBuffer(piece) ? piece : new Uint8Array(piece);
      continue;
    }
    gathered.set(piece, length);
    length += piece.length;
    if (length === CHUNK_BYTES) {
      yield gathered;
      gathered = new Uint8Array(CHUNK_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield gathered.slice(0, length);
}

function hasOwnBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length;
}

/** A stream as an iterable; leaving the loop early cancels the stream. */
export async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
