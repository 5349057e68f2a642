import { workAhead } from "#client/transfer/download/ahead.ts";
import type { ContentEvent } from "#client/transfer/download/content-stream.ts";
import { ownChunks } from "#client/transfer/download/own-chunks.ts";
import { openSink } from "#client/transfer/download/save-sink.ts";
import { zipContent } from "#client/transfer/download/zip-stream.ts";
import { browserFetch } from "#client/transport/browser-fetch.ts";
import { createTransport } from "#client/transport/transport.ts";
import { splitIntoBlocks } from "#protocol/block/split.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { getBlocks, MAX_BLOCKS_PER_REQUEST, putBlocks } from "#protocol/wire/blocks.ts";
import type { Size, TokenMessage } from "./messages.ts";

/**
 * The same bytes to and from the same server without any encryption, hashing, record or check: what a transfer costs
 * at least. Requests are as large and as many at a time as Holdfast's.
 */
export type PlainRequest = TokenMessage &
  (
    | { readonly type: "upload"; readonly files: readonly File[] }
    | {
        readonly type: "download";
        readonly ids: readonly Bytes[];
        readonly port: MessagePort;
        readonly size: Size;
      }
  );
export interface PlainReply {
  readonly ids: readonly Bytes[];
}

const REQUESTS_AT_ONCE = 4;
const MAX_UPLOAD_BYTES = 3 * 1024 * 1024;
/** 2 MiB of a large file, or as many small ones as one request may name. */
const DOWNLOAD_BLOCKS = { large: 4, small: MAX_BLOCKS_PER_REQUEST, tree: MAX_BLOCKS_PER_REQUEST };

interface Piece {
  readonly file: File;
  readonly offset: number;
  readonly sizeBytes: number;
}

self.addEventListener("message", ({ data }: MessageEvent<PlainRequest>) => {
  void (data.type === "upload" ? upload(data.files, data) : download(data)).then((ids) => {
    const reply: PlainReply = { ids };
    self.postMessage(reply);
  });
});

async function upload(files: readonly File[], { api, token }: TokenMessage): Promise<readonly Bytes[]> {
  const transport = createTransport({ api, fetch: browserFetch, now: Date.now });
  const ids: Bytes[] = [];
  const sent = workAhead(batches(files), REQUESTS_AT_ONCE, async (pieces) => {
    const blocks = await Promise.all(
      pieces.map(async ({ file, offset, sizeBytes }) => {
        const part = sizeBytes === file.size ? file : file.slice(offset, offset + sizeBytes);
        return new Uint8Array(await part.arrayBuffer());
      }),
    );
    return transport.call(putBlocks, { blocks }, token);
  });
  for await (const answer of sent) {
    if (!answer.ok || answer.value.kind !== "stored") throw new Error(JSON.stringify(answer));
    ids.push(...answer.value.body.ids);
  }
  return ids;
}

async function* batches(files: readonly File[]): AsyncGenerator<readonly Piece[]> {
  let pieces: Piece[] = [];
  let total = 0;
  for (const file of files) {
    for (const { offset, sizeBytes } of splitIntoBlocks(file.size)) {
      if (total + sizeBytes + 40 > MAX_UPLOAD_BYTES || pieces.length === MAX_BLOCKS_PER_REQUEST) {
        yield pieces;
        [pieces, total] = [[], 0];
      }
      pieces.push({ file, offset, sizeBytes });
      total += sizeBytes + 40;
    }
  }
  if (pieces.length > 0) yield pieces;
}

async function download({
  ids,
  port,
  size,
  api,
  token,
}: PlainRequest & { readonly type: "download" }): Promise<readonly Bytes[]> {
  const transport = createTransport({ api, fetch: browserFetch, now: Date.now });
  const sink = await openSink({ kind: "pull", port });
  const blocksPerRequest = DOWNLOAD_BLOCKS[size];
  async function* groups(): AsyncGenerator<readonly Bytes[]> {
    for (let at = 0; at < ids.length; at += blocksPerRequest) yield ids.slice(at, at + blocksPerRequest);
  }
  const fetched = workAhead(groups(), REQUESTS_AT_ONCE, (group) =>
    transport.call(getBlocks, { ids: group }, token),
  );
  let received = 0;
  async function* blocks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const answer of fetched) {
      if (!answer.ok) throw new Error(JSON.stringify(answer));
      received += answer.value.body.blocks.length;
      for (const block of answer.value.body.blocks) {
        if (block === null) throw new Error("a block is missing");
        yield new Uint8Array(block);
      }
    }
  }
  // A folder is saved as an archive, by whomever it is fetched.
  const pieces = size === "small" ? zipContent(archived(blocks())) : blocks();
  for await (const chunk of ownChunks(pieces)) await sink.write(chunk);
  if (received !== ids.length) throw new Error("fewer blocks than asked for");
  await sink.close();
  return [];
}

/** Each block as a file: none of the small files has two. */
async function* archived(blocks: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<ContentEvent> {
  let index = 0;
  for await (const bytes of blocks) {
    const name = `file-${index++}.bin`;
    const manifest = { name, sizeBytes: bytes.length, mimeHint: null, blocks: [] };
    yield { kind: "entry", entry: { path: `small/${name}`, modifiedAt: Date.now(), manifest } };
    yield { kind: "content", bytes };
  }
}
