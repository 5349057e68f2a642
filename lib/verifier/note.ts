import { type Bytes, concat, equal, fromBase64, fromUtf8, toBase64, utf8 } from "./bytes.ts";
import { isSigned } from "./ed25519.ts";
import { hashInContext, sha256 } from "./sha256.ts";

/** Heads of logs: a C2SP checkpoint in a C2SP signed note. */

export interface Head {
  readonly log: Bytes;
  readonly size: number;
  readonly root: Bytes;
}

export const MAX_NOTE_BYTES = 512;

/** Origin, size and root, each on its line. */
export function parseNoteBody(body: Bytes): Head | undefined {
  const match = BODY.exec(textOf(body));
  return match ? headOf(match[1] ?? "", match[2] ?? "", match[3] ?? "") : undefined;
}

/** The head of a note that exactly one of the registered keys has signed, and its entry. */
export async function verifyNote<K extends { readonly key: Bytes }>(
  note: Bytes,
  registry: readonly K[],
): Promise<{ readonly head: Head; readonly by: K } | undefined> {
  const match = NOTE.exec(textOf(note));
  if (!match) return undefined;
  const [, body = "", origin = "", size = "", root = "", name = "", blobText = ""] = match;
  const head = headOf(origin, size, root);
  const blob = fromBase64(blobText, "base64");
  if (head === undefined || blob?.length !== 68) return undefined;
  for (const by of registry) {
    const { key } = by;
    if (instanceName(key) !== name || !equal(keyIdOf(name, key), blob.subarray(0, 4))) continue;
    return (await isSigned(utf8(body), blob.subarray(4), key)) ? { head, by } : undefined;
  }
  return undefined;
}

function instanceName(key: Bytes): string {
  const instance = hashInContext("instance-id", key).subarray(0, 16);
  return `holdfast/v1/instance/${toBase64(instance, "base64url")}`;
}

/** C2SP signed-note: the first four bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ Ed25519 key). */
function keyIdOf(name: string, key: Bytes): Bytes {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(1), key)).subarray(0, 4);
}

function headOf(origin: string, sizeText: string, rootText: string): Head | undefined {
  const log = fromBase64(origin, "base64url");
  const root = fromBase64(rootText, "base64");
  const size = Number(sizeText);
  const isWhole = log?.length === 32 && root?.length === 32 && Number.isSafeInteger(size);
  return isWhole ? { log, size, root } : undefined;
}

function textOf(bytes: Bytes): string {
  return (bytes.length <= MAX_NOTE_BYTES ? fromUtf8(bytes) : undefined) ?? "";
}

const BODY_LINES = "holdfast/v1/([\\w-]{43})\\n(0|[1-9]\\d{0,15})\\n([A-Za-z0-9+/]{43}=)\\n";
const BODY = new RegExp(`^${BODY_LINES}$`);
const NOTE = new RegExp(
  `^(${BODY_LINES})\\n\u2014 (holdfast/v1/instance/[\\w-]{22}) ([A-Za-z0-9+/=]{92})\\n$`,
);
