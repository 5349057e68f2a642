import {
  MAX_LEAVES_PER_REQUEST,
  proveEntries,
  readAuthority,
  readHead,
  readLeafHashes,
  readLeaves,
} from "#protocol/wire/log-reading.ts";
import type { CommandParts } from "./command-parts.ts";
import { findReadableLog, NO_SUCH_PROOF } from "./readable-log.ts";
import { type ServedCommand, serveCaller } from "./served-command.ts";

/** Room for the reply's own bytes beside the leaves. */
const MAX_LEAVES_REPLY_BYTES = readLeaves.maxReplyBytes - 64 * 1024;
const MAX_AUTHORITY_BYTES = readAuthority.maxReplyBytes - 64 * 1024;
const MAX_HASHES_PER_REQUEST = 65_536;

export function serveReadHead(parts: CommandParts): ServedCommand {
  return serveCaller(
    readHead,
    parts.onError,
    parts.access,
  )(async ({ log, fromSize }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const head = await parts.engine.reader.head(log, fromSize);
    return head ? { kind: "head", body: head } : NO_SUCH_PROOF;
  });
}

export function serveReadLeaves(parts: CommandParts): ServedCommand {
  return serveCaller(
    readLeaves,
    parts.onError,
    parts.access,
  )(async ({ log, from, to }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const end = Math.min(to, from + MAX_LEAVES_PER_REQUEST);
    const leaves = await parts.engine.reader.leaves(log, from, end, MAX_LEAVES_REPLY_BYTES);
    return leaves ? { kind: "leaves", body: { leaves } } : NO_SUCH_PROOF;
  });
}

export function serveReadAuthority(parts: CommandParts): ServedCommand {
  return serveCaller(
    readAuthority,
    parts.onError,
    parts.access,
  )(async ({ log, from, to, headSize }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const end = Math.min(to, from + MAX_LEAVES_PER_REQUEST);
    const leaves = await parts.engine.reader.authority(log, from, end, headSize, MAX_AUTHORITY_BYTES);
    return leaves ? { kind: "authority", body: { leaves } } : NO_SUCH_PROOF;
  });
}

export function serveReadLeafHashes(parts: CommandParts): ServedCommand {
  return serveCaller(
    readLeafHashes,
    parts.onError,
    parts.access,
  )(async ({ log, from, to }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const end = Math.min(to, from + MAX_HASHES_PER_REQUEST);
    const hashes = await parts.engine.reader.leafHashes(log, from, end);
    return hashes ? { kind: "hashes", body: hashes } : NO_SUCH_PROOF;
  });
}

export function serveProveEntries(parts: CommandParts): ServedCommand {
  return serveCaller(
    proveEntries,
    parts.onError,
    parts.access,
  )(async ({ log, size, headSize, keys }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const proven = await parts.engine.reader.proveEntries(log, size, headSize, keys);
    return proven ? { kind: "proven", body: proven } : NO_SUCH_PROOF;
  });
}
