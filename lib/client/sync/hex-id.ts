import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { HASH_BYTES, ID_BYTES } from "#protocol/log/identifiers.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";

/** Ids on the engine's face are lower-case hex; whoever calls may send anything. */
export function parseLogId(text: string): Result<Bytes, EngineError> {
  return parseHexOf(text, HASH_BYTES);
}

/** A file's or folder's id. */
export function parseEntryId(text: string): Result<Bytes, EngineError> {
  return parseHexOf(text, ID_BYTES);
}

/** Null stands for the workspace's top folder. */
export function parseFolderId(text: string | null): Result<Bytes, EngineError> {
  return text === null ? ok(ROOT_FOLDER_ID) : parseEntryId(text);
}

/** Of text that `toHex` made. */
export function bytesOfHex(text: string): Bytes {
  return unwrap(fromHex(text));
}

function parseHexOf(text: string, length: number): Result<Bytes, EngineError> {
  const parsed = fromHex(text);
  return parsed.ok && parsed.value.length === length ? parsed : err({ type: "NotFound" });
}
