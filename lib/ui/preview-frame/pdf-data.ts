import * as v from "valibot";

/** Where the build wrote the data: one script, since the frame may load scripts of the release and nothing else. */
declare const PDF_DATA: string;

/**
 * All of it in one module: which parts a document needs is nobody's business, and a request of their own would say it.
 * `files`: name and length of each, in the order in which they follow one another. `data`: all of them, compressed
 * (RFC 1951), in base64.
 */
const DataModule = v.object({ files: v.array(v.tuple([v.string(), v.number()])), data: v.string() });

/** Character maps, the fonts that documents may leave out, and decoders of images, which pdf.js asks for by name. */
export async function loadPdfData(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { files, data } = v.parse(DataModule, await import(PDF_DATA));
  const packed = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer());
  let at = 0;
  return new Map(
    files.map(([name, length]) => {
      at += length;
      return [name, bytes.subarray(at - length, at)];
    }),
  );
}

/** pdf.js makes one of these for each document, and asks it for what the document needs. */
export function dataFactoryOf(files: Promise<ReadonlyMap<string, Uint8Array>>) {
  return class {
    async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
      const found = (await files).get(filename);
      if (found === undefined) throw new Error(`no ${filename} in this release`);
      // A copy: what pdf.js is given it may move to somewhere else.
      return found.slice();
    }
  };
}
