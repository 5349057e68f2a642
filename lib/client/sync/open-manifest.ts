import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { VerifiedRead } from "#protocol/log/check-read.ts";
import { decryptManifest, type Manifest } from "#protocol/manifest/manifest-cipher.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { SyncHost } from "./sync-host.ts";

export interface OpenedManifest {
  readonly manifest: Manifest;
  readonly version: number;
  readonly recordHash: Bytes;
  readonly writeIndex: number;
  /** The device that wrote this version, and when the server took it in. */
  readonly author: Bytes;
  readonly at: number;
}

/** Decrypts what a read has verified. Null where the manifest is absent or deleted. */
export function openManifest(
  suite: CryptoSuite,
  log: Bytes,
  read: VerifiedRead,
  keys: readonly Bytes[],
): Result<OpenedManifest | null, EngineError> {
  const { content, write, item, result } = read;
  if (content === null || write === null) return ok(null);
  const keyIndex = keyIndexOf(read);
  const key = keys[keyIndex];
  if (!key) return err({ type: "NotAllowed" });
  const place = { log, manifest: item.manifest, version: result.version, keyIndex };
  const manifest = decryptManifest(suite, content, place, key);
  // The bytes are the ones that their author signed, so this is the author's doing, not the server's.
  if (!manifest.ok) return err({ type: "Unexpected", detail: manifest.error.type });
  return ok({
    manifest: manifest.value,
    version: result.version,
    recordHash: result.recordHash,
    writeIndex: result.writeIndex,
    author: write.record.device,
    at: write.serverTime,
  });
}

/** The workspace's keys by index, as far as this device holds them. */
export async function keysOf({ workspaces }: SyncHost, log: Bytes): Promise<readonly Bytes[]> {
  return (await workspaces.get(log))?.keys ?? [];
}

function keyIndexOf({ write, item }: VerifiedRead): number {
  const { content } = write?.record ?? {};
  const items = content?.kind === "write" ? content.body.items : [];
  return items.find(({ manifest }) => equalBytes(manifest, item.manifest))?.keyIndex ?? 0;
}
