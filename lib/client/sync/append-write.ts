import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { WriteItem } from "#protocol/log/record.ts";
import { encryptManifest, type Manifest } from "#protocol/manifest/manifest-cipher.ts";
import { err, type Result } from "#protocol/result.ts";
import { MAX_APPEND_BYTES, MAX_CONTENT_BYTES } from "#protocol/wire/append.ts";
import type { EngineError } from "../engine.ts";
import type { ComposedEdits } from "./compose-edits.ts";
import { bytesOfHex } from "./hex-id.ts";
import type { Known } from "./load-known.ts";
import type { Appended, LockedLog } from "./log-access.ts";
import type { RecordPlan } from "./prepare-record.ts";
import type { SyncHost } from "./sync-host.ts";

/** Encrypts and appends what was composed, as one record. `TooLarge` before anything is signed. */
export async function appendWrite(
  host: SyncHost,
  log: LockedLog,
  composed: ComposedEdits,
  known: Known,
  about: Pick<RecordPlan, "subjects" | "intents">,
): Promise<Result<Appended, EngineError>> {
  const keys = (await host.workspaces.get(log.id))?.keys ?? [];
  const keyIndex = keys.length - 1;
  const key = keys[keyIndex];
  if (!key) return err({ type: "NotAllowed" });
  const items: WriteItem[] = [];
  const contents: Bytes[] = [];
  let room = MAX_APPEND_BYTES - MAX_BYTES_BESIDE;
  const add = (manifest: Bytes, baseVersion: number, baseRecord: Bytes, content: Manifest): boolean => {
    const place = { log: log.id, manifest, version: baseVersion + 1, keyIndex };
    const sealed = encryptManifest(host.suite, host.randomBytes, content, place, key);
    if (!sealed.ok || sealed.value.length > room) return false;
    const contentHash = host.suite.sha256(sealed.value);
    const sizeBytes = sealed.value.length;
    room -= sizeBytes;
    items.push({ manifest, baseVersion, baseRecord, contentHash, sizeBytes, keyIndex, tombstone: false });
    contents.push(sealed.value);
    return true;
  };
  for (const [id, folder] of composed.folders) {
    const base = known.get(id);
    const baseRecord = base && base.version > 0 ? base.recordHash : ZERO_HASH;
    if (!add(bytesOfHex(id), base?.version ?? 0, baseRecord, { kind: "folder", body: folder }))
      return TOO_LARGE;
  }
  for (const { id, baseVersion, baseRecord, manifest } of composed.files) {
    if (!add(id, baseVersion, baseRecord, manifest)) return TOO_LARGE;
  }
  const guards = composed.guards.flatMap((manifest) => {
    const folder = known.get(toHex(manifest));
    return folder ? [{ manifest, version: folder.version }] : [];
  });
  return log.append({ content: { kind: "write", body: { items, guards } }, ...about }, { contents });
}

/** The record itself, its signature, and what each content is wrapped in. */
const MAX_BYTES_BESIDE = 128 * 1024;
const TOO_LARGE = err({ type: "TooLarge", maxBytes: MAX_CONTENT_BYTES } as const);
const ZERO_HASH: Bytes = new Uint8Array(32);
