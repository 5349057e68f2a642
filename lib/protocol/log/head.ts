import { type Bytes, concatBytes, equalBytes } from "../bytes/bytes.ts";
import { decodeUtf8, encodeUtf8, fromBase64, fromBase64Url, toBase64, toBase64Url } from "../bytes/text.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { HASH_BYTES, instanceIdOf, SIGNATURE_BYTES } from "./identifiers.ts";

/**
 * A head is a C2SP checkpoint (tlog-checkpoint: origin, size, root) in a signed note, so that any witness of
 * transparency logs can cosign it. It is the only statement that is signed without a context: a note has no
 * NUL, and every context has one.
 */
export interface Head {
  readonly log: Bytes;
  readonly size: number;
  readonly root: Bytes;
}

export type NoteError =
  | { readonly type: "NoteMalformed" }
  | { readonly type: "NoteSignerUnknown" }
  | { readonly type: "NoteSignatureInvalid" };

export interface SignedHead extends Head {
  /** The note's text: what is signed, and what an epoch's slot commits to. */
  readonly body: Bytes;
  readonly signerName: string;
  readonly keyId: Bytes;
  readonly signature: Bytes;
}

/** Origin 65, size 16, root 45, signature line below 200. */
export const MAX_NOTE_BYTES = 512;

/** `origin\nsize\nbase64(root)\n`. */
export function encodeNoteBody(head: Head): Bytes {
  return encodeUtf8(`${ORIGIN_PREFIX}${toBase64Url(head.log)}\n${head.size}\n${toBase64(head.root)}\n`);
}

/** Body, empty line, one signature line of an instance (C2SP signed-note, key type 0x01 = Ed25519). */
export function signNote(suite: CryptoSuite, head: Head, instanceSecretKey: Bytes): Bytes {
  const body = encodeNoteBody(head);
  const verifyKey = suite.verifyKeyOf(instanceSecretKey);
  const name = instanceNameOf(suite, verifyKey);
  const signature = suite.sign(body, instanceSecretKey);
  const blob = concatBytes(noteKeyIdOf(suite, name, verifyKey), signature);
  return concatBytes(body, encodeUtf8(`\n${SIGNATURE_DASH} ${name} ${toBase64(blob)}\n`));
}

/** Exactly one signature, canonical throughout: the note re-encodes to the same bytes. */
export function parseNote(note: Bytes): Result<SignedHead, NoteError> {
  const malformed = err({ type: "NoteMalformed" } as const);
  if (note.length > MAX_NOTE_BYTES) return malformed;
  const text = decodeUtf8(note);
  const match = text.ok ? NOTE.exec(text.value) : null;
  if (!match) return malformed;
  const [, body = "", origin = "", size = "", root = "", signerName = "", blob = ""] = match;
  const head = parseHead(origin, size, root);
  const signed = fromBase64(blob);
  if (!head || !signed.ok || signed.value.length !== KEY_ID_BYTES + SIGNATURE_BYTES) return malformed;
  return ok({
    ...head,
    body: encodeUtf8(body),
    signerName,
    keyId: signed.value.slice(0, KEY_ID_BYTES),
    signature: signed.value.slice(KEY_ID_BYTES),
  });
}

/** The body alone, as an epoch's slot commits to it. */
export function parseNoteBody(body: Bytes): Result<Head, NoteError> {
  const text = body.length <= MAX_NOTE_BYTES ? decodeUtf8(body) : undefined;
  const match = text?.ok === true ? BODY.exec(text.value) : null;
  const head = match ? parseHead(match[1] ?? "", match[2] ?? "", match[3] ?? "") : undefined;
  return head ? ok(head) : err({ type: "NoteMalformed" });
}

/** The head, once one of the given instance keys has signed it. */
export function verifyNote(
  suite: CryptoSuite,
  note: Bytes,
  instanceKeys: readonly Bytes[],
): Result<SignedHead & { readonly instanceKey: Bytes }, NoteError> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { signerName, keyId, body, signature } = parsed.value;
  for (const instanceKey of instanceKeys) {
    if (instanceNameOf(suite, instanceKey) !== signerName) continue;
    if (!equalBytes(noteKeyIdOf(suite, signerName, instanceKey), keyId)) continue;
    if (!suite.verify(body, signature, instanceKey)) return err({ type: "NoteSignatureInvalid" });
    return ok({ ...parsed.value, instanceKey });
  }
  return err({ type: "NoteSignerUnknown" });
}

/** Hash of a checkpoint: SHA-256 of its note body, the value of the log's slot in an epoch tree. */
export function checkpointHashOf(suite: Pick<CryptoSuite, "sha256">, body: Bytes): Bytes {
  return suite.sha256(body);
}

/** Key of a log's slot in the epoch tree. */
export function epochSlotKeyOf(suite: Pick<CryptoSuite, "sha256">, log: Bytes): Bytes {
  return hashInContext(suite, "map/epochSlot", log);
}

function instanceNameOf(suite: CryptoSuite, verifyKey: Bytes): string {
  return `${INSTANCE_PREFIX}${toBase64Url(instanceIdOf(suite, verifyKey))}`;
}

/** C2SP signed-note: SHA-256(name ‖ "\n" ‖ 0x01 ‖ key), first four bytes. */
function noteKeyIdOf(suite: CryptoSuite, name: string, verifyKey: Bytes): Bytes {
  return suite
    .sha256(concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(1), verifyKey))
    .slice(0, KEY_ID_BYTES);
}

function parseHead(origin: string, sizeText: string, rootText: string): Head | undefined {
  const log = fromBase64Url(origin);
  const root = fromBase64(rootText);
  const size = Number(sizeText);
  if (!log.ok || log.value.length !== HASH_BYTES || !root.ok || root.value.length !== HASH_BYTES)
    return undefined;
  return Number.isSafeInteger(size) ? { log: log.value, size, root: root.value } : undefined;
}

const ORIGIN_PREFIX = "holdfast/v1/";
const INSTANCE_PREFIX = "holdfast/v1/instance/";
const SIGNATURE_DASH = "\u2014";
const KEY_ID_BYTES = 4;
const BODY_PATTERN = "holdfast/v1/([A-Za-z0-9_-]{43})\\n(0|[1-9][0-9]{0,15})\\n([A-Za-z0-9+/]{43}=)\\n";
const BODY = new RegExp(`^${BODY_PATTERN}$`, "u");
const NOTE = new RegExp(
  `^(${BODY_PATTERN})\\n${SIGNATURE_DASH} (holdfast/v1/instance/[A-Za-z0-9_-]{22}) ([A-Za-z0-9+/=]{92})\\n$`,
  "u",
);
