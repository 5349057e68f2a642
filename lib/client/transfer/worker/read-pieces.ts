import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Piece } from "../ports.ts";

/**
 * The pieces' contents, in order; undefined where the browser refuses, as it does when the file changed since it was
 * opened. Neighbours in one file are read together: each reading is a trip to another process, and the object for a
 * part of a file costs a millisecond there.
 */
export async function readPieces(pieces: readonly Piece[]): Promise<readonly (Bytes | undefined)[]> {
  return (await Promise.all(runsOf(pieces).map(readRun))).flat();
}

interface Run {
  readonly file: Blob;
  readonly pieces: Piece[];
  end: number;
}

function runsOf(pieces: readonly Piece[]): readonly Run[] {
  const runs: Run[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last?.file === piece.file && last.end === piece.offset) {
      last.pieces.push(piece);
      last.end += piece.sizeBytes;
    } else runs.push({ file: piece.file, pieces: [piece], end: piece.offset + piece.sizeBytes });
  }
  return runs;
}

async function readRun({ file, pieces, end }: Run): Promise<readonly (Bytes | undefined)[]> {
  const start = pieces[0]?.offset ?? 0;
  const bytes = await readPart(file, start, end);
  return pieces.map(({ offset, sizeBytes }) => bytes?.subarray(offset - start, offset - start + sizeBytes));
}

async function readPart(file: Blob, start: number, end: number): Promise<Bytes | undefined> {
  try {
    const part = start === 0 && end === file.size ? file : file.slice(start, end);
    const bytes = new Uint8Array(await part.arrayBuffer());
    return bytes.length === end - start ? bytes : undefined;
  } catch {
    return undefined;
  }
}
