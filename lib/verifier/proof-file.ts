import { type Bytes, fromUtf8 } from "./bytes.ts";
import { MAX_EVIDENCE_BYTES } from "./evidence.ts";

/** The evidence inside a proof file, which is a ZIP archive (APPNOTE 6.3.10), or the file itself where it is none. */

export const MAX_PROOF_FILE_BYTES = 2 * MAX_EVIDENCE_BYTES;
const EVIDENCE_NAME = "evidence.cbor";

export type ProofFileError =
  | "tooLarge"
  | "notAnArchive"
  /** The archive has no `evidence.cbor`, or two: then two readers could read two things. */
  | "noSingleEvidence"
  /** Encrypted, split, or compressed by something else than deflate. */
  | "unsupportedArchive"
  | "damagedArchive";

export type ProofFile =
  | { readonly ok: true; readonly evidence: Bytes }
  | { readonly ok: false; readonly error: ProofFileError };

export async function readProofFile(file: Bytes): Promise<ProofFile> {
  if (file.length > MAX_PROOF_FILE_BYTES) return failed("tooLarge");
  if (!startsWith(file, [0x50, 0x4b])) return { ok: true, evidence: file };
  const entries = readDirectory(file);
  if (!entries) return failed("notAnArchive");
  const [entry, ...others] = entries.filter(({ name }) => name === EVIDENCE_NAME);
  if (!entry || others.length > 0) return failed("noSingleEvidence");
  if (entry.sizeBytes > MAX_EVIDENCE_BYTES) return failed("tooLarge");
  if (entry.isEncrypted || (entry.method !== STORED && entry.method !== DEFLATED)) {
    return failed("unsupportedArchive");
  }
  const packed = packedBytes(file, entry);
  if (!packed) return failed("damagedArchive");
  const evidence = entry.method === STORED ? packed : await inflate(packed, entry.sizeBytes);
  const isWhole = evidence?.length === entry.sizeBytes && crc32(evidence) === entry.crc;
  return isWhole ? { ok: true, evidence } : failed("damagedArchive");
}

interface Entry {
  readonly name: string | undefined;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

const STORED = 0;
const DEFLATED = 8;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;

/** The central directory, which alone says what the archive holds. */
function readDirectory(file: Bytes): readonly Entry[] | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = findEnd(file, view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || !startsWith(file.subarray(at), [0x50, 0x4b, 1, 2])) return undefined;
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const commentBytes = view.getUint16(at + 32, true);
    entries.push({
      name: fromUtf8(file.subarray(at + 46, at + 46 + nameBytes)),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

function findEnd(file: Bytes, view: DataView): number | undefined {
  const lowest = Math.max(0, file.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = file.length - END_BYTES; at >= lowest; at--) {
    const isEnd = startsWith(file.subarray(at), [0x50, 0x4b, 5, 6]);
    if (isEnd && at + END_BYTES + view.getUint16(at + 20, true) === file.length) return at;
  }
  return undefined;
}

/** Where the entry's own header says that its bytes begin. */
function packedBytes(file: Bytes, { offset, packedBytes: length }: Entry): Bytes | undefined {
  const local = file.subarray(offset, offset + 30);
  if (local.length < 30 || !startsWith(local, [0x50, 0x4b, 3, 4])) return undefined;
  const header = new DataView(local.buffer, local.byteOffset, local.byteLength);
  const begin = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  return begin + length <= file.length ? file.subarray(begin, begin + length) : undefined;
}

/** Undefined for damaged data, and as soon as more comes out than was announced. */
async function inflate(packed: Bytes, sizeBytes: number): Promise<Bytes | undefined> {
  const out = new Uint8Array(sizeBytes);
  let filled = 0;
  try {
    const unpacked = new Blob([new Uint8Array(packed)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = unpacked.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return out.subarray(0, filled);
      if (filled + value.length > sizeBytes) {
        await reader.cancel();
        return undefined;
      }
      out.set(value, filled);
      filled += value.length;
    }
  } catch {
    return undefined;
  }
}

/** CRC-32 of ISO 3309: the archive's guard against damage, not against anybody. */
function crc32(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function startsWith(bytes: Bytes, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function failed(error: ProofFileError): ProofFile {
  return { ok: false, error };
}
