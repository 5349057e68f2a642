import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { ContentEvent } from "./content-stream.ts";
import { crc32 } from "./crc32.ts";
import { archiveEnd, dataDescriptor, localHeader } from "./zip-format.ts";
import { zipContent } from "./zip-stream.ts";

const folder = mkdtempSync(path.join(tmpdir(), "holdfast-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Python's own reader, which knows zip64, says of an archive whose parts stand where they are given. */
function readWithPython(
  parts: readonly (readonly [offset: number, bytes: Bytes])[],
  question: string,
): unknown {
  const file = path.join(folder, "archive.zip");
  const handle = openSync(file, "w");
  for (const [offset, bytes] of parts) writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
  const script = `import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps(${question}))`;
  return JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
}

async function archiveOf(events: readonly ContentEvent[]): Promise<Bytes> {
  async function* stream() {
    yield* events;
  }
  const pieces: Bytes[] = [];
  for await (const piece of zipContent(stream())) pieces.push(piece);
  return Buffer.concat(pieces);
}

function fileOf(name: string, content: Bytes): readonly ContentEvent[] {
  const manifest = { name, sizeBytes: content.length, mimeHint: null, blocks: [] };
  return [
    { kind: "entry", entry: { path: name, modifiedAt: Date.UTC(2026, 4, 17, 9, 30, 12), manifest } },
    ...(content.length > 0 ? [{ kind: "content", bytes: new Uint8Array(content) } as const] : []),
  ];
}

describe("CRC-32", () => {
  it("is that of zlib, in one piece or many", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        expect(crc32(bytes)).toBe(zlib.crc32(bytes));
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlib.crc32(bytes));
      }),
    );
  });
});

describe("an archive", () => {
  it("without anything in it can be opened", async () => {
    expect(readWithPython([[0, await archiveOf([])]], "z.namelist()")).toEqual([]);
  });

  it("keeps names, times, folders and contents", async () => {
    const folderEntry: ContentEvent = { kind: "entry", entry: { path: "é", modifiedAt: 0, manifest: null } };
    const archive = await archiveOf([
      folderEntry,
      ...fileOf("é/🎉.txt", Buffer.from("hello")),
      ...fileOf("b", Buffer.alloc(0)),
    ]);
    const question =
      "[[i.filename, i.file_size, i.is_dir(), list(i.date_time)[:1], z.testzip()] for i in z.infolist()]";
    expect(readWithPython([[0, archive]], question)).toEqual([
      ["é/", 0, true, [1980], null],
      ["é/🎉.txt", 5, false, [2026], null],
      ["b", 0, false, [2026], null],
    ]);
  });

  it("holds a file of more than 4 GiB and one behind it", () => {
    const modifiedAt = Date.UTC(2026, 0, 1);
    const large = { path: "large", modifiedAt, sizeBytes: 2 ** 32 + 5 };
    const content = Buffer.from("behind");
    const small = { path: "small", modifiedAt, sizeBytes: content.length };
    const parts: [number, Bytes][] = [];
    let offset = 0;
    const put = (bytes: Bytes): void => {
      parts.push([offset, bytes]);
      offset += bytes.length;
    };
    put(localHeader(large));
    // A hole in the file, which costs no disk.
    offset += large.sizeBytes;
    put(dataDescriptor(large, 7));
    const start = offset;
    put(localHeader(small));
    put(content);
    put(dataDescriptor(small, crc32(content)));
    const written = [
      { ...large, crc: 7, offset: 0 },
      { ...small, crc: crc32(content), offset: start },
    ];
    for (const piece of archiveEnd(written, offset)) put(piece);
    const question = "[[i.file_size, i.header_offset] for i in z.infolist()] + [z.read('small').decode()]";
    expect(readWithPython(parts, question)).toEqual([
      [large.sizeBytes, 0],
      [small.sizeBytes, start],
      "behind",
    ]);
  });

  it("holds more files than sixteen bits count", async () => {
    const events = Array.from({ length: 66_000 }, (_, index) => fileOf(`${index}`, Buffer.alloc(0))).flat();
    const archive = await archiveOf(events);
    expect(readWithPython([[0, archive]], "[len(z.infolist()), z.namelist()[-1]]")).toEqual([
      66_000,
      "65999",
    ]);
  });
});
