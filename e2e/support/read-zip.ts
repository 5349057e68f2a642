import { inflateRawSync } from "node:zlib";

/** Entries of a zip by name, folders with their ending "/", read from its central directory as other programs do. */
export function readZip(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Error("not a zip");
  const entries = new Map<string, Buffer>();
  let { count, at } = directoryOf(zip, end);
  for (; count > 0; count--) {
    if (zip.toString("latin1", at, at + 4) !== "PK\x01\x02") throw new Error("the directory is broken");
    const method = zip.readUInt16LE(at + 10);
    const nameBytes = zip.readUInt16LE(at + 28);
    const extraBytes = zip.readUInt16LE(at + 30);
    const nameEnd = at + 46 + nameBytes;
    const extra = zip.subarray(nameEnd, nameEnd + extraBytes);
    const [, packedBytes, offset] = wideNumbers(
      [zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)],
      extra,
    );
    const content = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const packed = zip.subarray(content, content + packedBytes);
    entries.set(zip.toString("utf8", at + 46, nameEnd), method === 0 ? packed : inflateRawSync(packed));
    at = nameEnd + extraBytes + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function directoryOf(zip: Buffer, end: number): { count: number; at: number } {
  const locator = end - 20;
  if (locator >= 0 && zip.toString("latin1", locator, locator + 4) === "PK\x06\x07") {
    const wideEnd = Number(zip.readBigUInt64LE(locator + 8));
    return {
      count: Number(zip.readBigUInt64LE(wideEnd + 32)),
      at: Number(zip.readBigUInt64LE(wideEnd + 48)),
    };
  }
  return { count: zip.readUInt16LE(end + 10), at: zip.readUInt32LE(end + 16) };
}

/** Size, packed size and offset; those that do not fit stand in the zip64 field, in this order. */
function wideNumbers(
  narrow: readonly [number, number, number],
  extra: Buffer,
): readonly [number, number, number] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  const widen = (value: number): number => {
    if (value !== 0xffffffff) return value;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  };
  return [widen(narrow[0]), widen(narrow[1]), widen(narrow[2])];
}
