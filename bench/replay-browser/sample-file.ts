import { type Bytes, concatBytes, encodeUint32 } from "#protocol/bytes/bytes.ts";

/** A sample log as one file: every byte string with its length in front. */
export interface SampleFile {
  readonly organization: Bytes;
  readonly workspace: Bytes;
  readonly organizationLeaves: readonly Bytes[];
  readonly leaves: readonly Bytes[];
}

export function encodeSampleFile({ organization, workspace, organizationLeaves, leaves }: SampleFile): Bytes {
  const count = encodeUint32(organizationLeaves.length);
  const parts = [organization, workspace, count, ...organizationLeaves, ...leaves];
  return concatBytes(...parts.flatMap((part) => [encodeUint32(part.length), part]));
}

/** Of a file that `encodeSampleFile` made. */
export function decodeSampleFile(file: Bytes): SampleFile {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const parts: Bytes[] = [];
  for (let offset = 0; offset < file.length; ) {
    const end = offset + 4 + view.getUint32(offset);
    parts.push(file.slice(offset + 4, end));
    offset = end;
  }
  const [organization, workspace, counted, ...leaves] = parts;
  if (!organization || !workspace || !counted) throw new Error("not a sample");
  const count = new DataView(counted.buffer).getUint32(0);
  return { organization, workspace, organizationLeaves: leaves.slice(0, count), leaves: leaves.slice(count) };
}
