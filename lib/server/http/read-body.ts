import type { Bytes } from "#protocol/bytes/bytes.ts";

/** The whole body, or undefined as soon as it turns out larger than `maxBytes`: no more of it is then read. */
export async function readBody(request: Request, maxBytes: number): Promise<Bytes | undefined> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) {
    await request.body?.cancel();
    return undefined;
  }
  if (!request.body) return new Uint8Array(0);
  const chunks: Bytes[] = [];
  let sizeBytes = 0;
  const reader: ReadableStreamDefaultReader<Bytes> = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    sizeBytes += value.length;
    if (sizeBytes > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const [only] = chunks;
  if (only && chunks.length === 1) return new Uint8Array(only);
  const body = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
