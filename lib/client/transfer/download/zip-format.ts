import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8 } from "#protocol/bytes/text.ts";

/**
 * The parts of a ZIP archive, PKWARE's APPNOTE 6.3.10: stored without compression, names in UTF-8, zip64 where a
 * size, an offset or a count asks for it. A file's CRC follows its content in a data descriptor.
 */
export interface ZipEntry {
  /** Path with `/` between folders; a folder's ends in one. */
  readonly path: string;
  /** Unix milliseconds; shown in the time zone of whoever saves it, as the format has none. */
  readonly modifiedAt: number;
  /** Null for a folder. */
  readonly sizeBytes: number | null;
}

/** A file or folder that is in the archive already. */
export interface WrittenEntry extends ZipEntry {
  readonly crc: number;
  readonly offset: number;
}

const MAX_16 = 0xffff;
const MAX_32 = 0xffff_ffff;
const SIGNATURES = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  zip64End: 0x06064b50,
  zip64EndLocator: 0x07064b50,
  end: 0x06054b50,
};
const ZIP64_EXTRA = 0x0001;
/** Of the record behind its own first two fields. */
const ZIP64_END_BYTES = 44;
const VERSION_FOLDERS = 20;
const VERSION_ZIP64 = 45;
const MADE_ON_UNIX = 3;
const FLAG_DESCRIPTOR = 1 << 3;
const FLAG_UTF8 = 1 << 11;
const MODE_FILE = 0o100_664;
const MODE_FOLDER = 0o040_775;
const DOS_FOLDER = 0x10;

/** Stands before an entry's content. */
export function localHeader(entry: ZipEntry): Bytes {
  const isLarge = isLargeFile(entry);
  const shownSize = isLarge ? MAX_32 : 0;
  // The sizes stand behind the content, and a reader has to know how wide.
  const extra = isLarge ? encode(u16(ZIP64_EXTRA), u16(16), u64(0), u64(0)) : encode();
  const name = encodeUtf8(entry.path);
  return concatBytes(
    encode(
      u32(SIGNATURES.localHeader),
      ...commonFields(entry, isLarge),
      u32(0),
      u32(shownSize),
      u32(shownSize),
      u16(name.length),
      u16(extra.length),
    ),
    name,
    extra,
  );
}

/** Stands behind a file's content. */
export function dataDescriptor(file: ZipEntry, crc: number): Bytes {
  const size = file.sizeBytes ?? 0;
  const width = isLargeFile(file) ? u64 : u32;
  return encode(u32(SIGNATURES.dataDescriptor), u32(crc), width(size), width(size));
}

/** All entries once more, and how to find them: the archive's end. `offset` is the length of all before it. */
export function* archiveEnd(entries: readonly WrittenEntry[], offset: number): Generator<Bytes> {
  let sizeBytes = 0;
  for (const entry of entries) {
    const header = centralHeader(entry);
    sizeBytes += header.length;
    yield header;
  }
  const count = entries.length;
  if (count >= MAX_16 || sizeBytes >= MAX_32 || offset >= MAX_32) yield zip64End(count, sizeBytes, offset);
  yield encode(
    u32(SIGNATURES.end),
    u16(0),
    u16(0),
    u16(Math.min(count, MAX_16)),
    u16(Math.min(count, MAX_16)),
    u32(Math.min(sizeBytes, MAX_32)),
    u32(Math.min(offset, MAX_32)),
    u16(0),
  );
}

function zip64End(count: number, sizeBytes: number, offset: number): Bytes {
  return encode(
    u32(SIGNATURES.zip64End),
    u64(ZIP64_END_BYTES),
    u16((MADE_ON_UNIX << 8) | VERSION_ZIP64),
    u16(VERSION_ZIP64),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(sizeBytes),
    u64(offset),
    u32(SIGNATURES.zip64EndLocator),
    u32(0),
    u64(offset + sizeBytes),
    u32(1),
  );
}

function centralHeader(entry: WrittenEntry): Bytes {
  const { crc, offset } = entry;
  const size = entry.sizeBytes ?? 0;
  const isFolder = entry.sizeBytes === null;
  const isFarAway = offset >= MAX_32;
  const wide = [...(isLargeFile(entry) ? [u64(size), u64(size)] : []), ...(isFarAway ? [u64(offset)] : [])];
  const extra = wide.length > 0 ? encode(u16(ZIP64_EXTRA), u16(wide.length * 8), ...wide) : encode();
  const name = encodeUtf8(entry.path);
  return concatBytes(
    encode(
      u32(SIGNATURES.centralHeader),
      u16((MADE_ON_UNIX << 8) | VERSION_ZIP64),
      ...commonFields(entry, wide.length > 0),
      u32(crc),
      u32(Math.min(size, MAX_32)),
      u32(Math.min(size, MAX_32)),
      u16(name.length),
      u16(extra.length),
      u16(0),
      u16(0),
      u16(0),
      u32((isFolder ? MODE_FOLDER : MODE_FILE) * 0x1_0000 + (isFolder ? DOS_FOLDER : 0)),
      u32(Math.min(offset, MAX_32)),
    ),
    name,
    extra,
  );
}

/** Version to extract, flags, method and time. */
function commonFields({ modifiedAt, sizeBytes }: ZipEntry, isZip64: boolean): readonly Field[] {
  const { date, time } = dosTime(modifiedAt);
  return [
    u16(isZip64 ? VERSION_ZIP64 : VERSION_FOLDERS),
    u16(FLAG_UTF8 | (sizeBytes === null ? 0 : FLAG_DESCRIPTOR)),
    u16(0),
    u16(time),
    u16(date),
  ];
}

function isLargeFile({ sizeBytes }: ZipEntry): boolean {
  return sizeBytes !== null && sizeBytes >= MAX_32;
}

const FIRST_DATE = Date.UTC(1980, 0, 2);
const LAST_DATE = Date.UTC(2107, 11, 30);

/** In steps of two seconds, from 1980 to 2107. */
function dosTime(unixMs: number): { readonly date: number; readonly time: number } {
  const at = new Date(Math.min(LAST_DATE, Math.max(FIRST_DATE, unixMs)));
  return {
    date: ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
  };
}

interface Field {
  readonly value: number;
  readonly sizeBytes: 2 | 4 | 8;
}

const u16 = (value: number): Field => ({ value, sizeBytes: 2 });
const u32 = (value: number): Field => ({ value, sizeBytes: 4 });
/** Up to 2^53. */
const u64 = (value: number): Field => ({ value, sizeBytes: 8 });

/** One after the other, little-endian. */
function encode(...fields: readonly Field[]): Bytes {
  const bytes = new Uint8Array(fields.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { value, sizeBytes } of fields) {
    if (sizeBytes === 2) view.setUint16(at, value, true);
    else if (sizeBytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += sizeBytes;
  }
  return bytes;
}
