import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testSuite as suite } from "../log/testing/test-suite.ts";
import { unwrap } from "../result.ts";
import {
  decryptManifest,
  encodeManifest,
  encryptManifest,
  type Manifest,
  parseManifest,
} from "./manifest-cipher.ts";

const place = {
  log: new Uint8Array(32).fill(1),
  manifest: new Uint8Array(16).fill(2),
  version: 3,
  keyIndex: 0,
};
const key = new Uint8Array(32).fill(4);
const nonce = (length: number) => new Uint8Array(length).fill(5);
const file: Manifest = {
  kind: "file",
  body: {
    name: "a.txt",
    sizeBytes: 7,
    mimeHint: "text/plain",
    blocks: [
      { id: new Uint8Array(32).fill(6), key: new Uint8Array(32).fill(7), offset: 0, sizeBytes: 4 },
      { id: new Uint8Array(32).fill(8), key: new Uint8Array(32).fill(9), offset: 4, sizeBytes: 3 },
    ],
  },
};

describe("manifest encryption", () => {
  const sealed = unwrap(encryptManifest(suite, nonce, file, place, key));

  it("opens at its place", () => {
    expect(decryptManifest(suite, sealed, place, key)).toEqual({ ok: true, value: file });
  });

  it.each([
    ["log", { ...place, log: new Uint8Array(32) }],
    ["manifest", { ...place, manifest: new Uint8Array(16) }],
    ["version", { ...place, version: 4 }],
    ["keyIndex", { ...place, keyIndex: 1 }],
  ])("opens under no other %s", (_, other) => {
    expect(decryptManifest(suite, sealed, other, key)).toEqual({
      ok: false,
      error: { type: "ManifestNotAuthentic" },
    });
  });

  it("never throws on garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decryptManifest(suite, bytes, place, key).ok).toBe(false);
        expect(parseManifest(bytes).ok).toBe(false);
      }),
    );
  });

  it("refuses files whose blocks overlap, leave a gap or are empty", () => {
    const [first, second] = file.body.blocks;
    if (!first || !second) throw new Error("two blocks");
    for (const blocks of [
      [first, { ...second, offset: 3 }],
      [first, { ...second, offset: 5 }],
      [first, second, { ...second, offset: 7, sizeBytes: 0 }],
      [first],
    ]) {
      const encoded = encodeManifest({ kind: "file", body: { ...file.body, blocks } });
      expect(parseManifest(encoded)).toEqual({ ok: false, error: { type: "ManifestMalformed" } });
    }
  });
});
