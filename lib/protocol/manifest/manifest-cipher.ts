import { type Bytes, concatBytes, encodeUint64 } from "../bytes/bytes.ts";
import { codec, type Infer, variant } from "../codec/schema.ts";
import { contextBytes } from "../crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { fileManifestSchema } from "./file-manifest.ts";
import { folderManifestSchema } from "./folder-manifest.ts";
import { userManifestSchema } from "./user-manifest.ts";

/** The kinds of manifest that a log's manifest id may stand for; the kind never changes with the version. */
const manifestSchema = variant({
  folder: [1, folderManifestSchema],
  file: [2, fileManifestSchema],
  user: [3, userManifestSchema],
});
export type Manifest = Infer<typeof manifestSchema>;

/** Where a ciphertext belongs. All of it is associated data, so none can be passed off as another. */
export interface ManifestPlace {
  readonly log: Bytes;
  readonly manifest: Bytes;
  readonly version: number;
  readonly keyIndex: number;
}

export type ManifestError =
  | { readonly type: "ManifestNotAuthentic" }
  | { readonly type: "ManifestMalformed" };

const NONCE_BYTES = 24;
const TAG_BYTES = 16;
/** What a server takes as the content of one manifest (`wire/append`). */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024 - NONCE_BYTES - TAG_BYTES;

const manifestCodec = codec(manifestSchema, MAX_MANIFEST_BYTES);

/** nonce(24) ‖ XChaCha20-Poly1305 of the manifest under one key of the workspace's ring. */
export function encryptManifest(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  manifest: Manifest,
  place: ManifestPlace,
  key: Bytes,
): Result<Bytes, { readonly type: "ManifestTooLarge" }> {
  const plaintext = manifestCodec.encode(manifest);
  if (plaintext.length > MAX_MANIFEST_BYTES) return err({ type: "ManifestTooLarge" });
  const nonce = randomBytes(NONCE_BYTES);
  return ok(concatBytes(nonce, suite.aeadEncrypt(plaintext, associatedData(place), nonce, key)));
}

export function decryptManifest(
  suite: CryptoSuite,
  ciphertext: Bytes,
  place: ManifestPlace,
  key: Bytes,
): Result<Manifest, ManifestError> {
  if (ciphertext.length < NONCE_BYTES + TAG_BYTES) return err({ type: "ManifestNotAuthentic" });
  const nonce = ciphertext.subarray(0, NONCE_BYTES);
  const opened = suite.aeadDecrypt(ciphertext.subarray(NONCE_BYTES), associatedData(place), nonce, key);
  if (opened === undefined) return err({ type: "ManifestNotAuthentic" });
  const manifest = manifestCodec.decode(opened);
  return manifest.ok ? ok(manifest.value) : err({ type: "ManifestMalformed" });
}

/** The same bytes without encryption, for a device's own storage, which encrypts on its own. */
export function encodeManifest(manifest: Manifest): Bytes {
  return manifestCodec.encode(manifest);
}

export function parseManifest(encoded: Bytes): Result<Manifest, ManifestError> {
  const manifest = manifestCodec.decode(encoded);
  return manifest.ok ? ok(manifest.value) : err({ type: "ManifestMalformed" });
}

function associatedData({ log, manifest, version, keyIndex }: ManifestPlace): Bytes {
  return concatBytes(
    contextBytes("manifest"),
    log,
    manifest,
    encodeUint64(BigInt(version)),
    encodeUint64(BigInt(keyIndex)),
  );
}
