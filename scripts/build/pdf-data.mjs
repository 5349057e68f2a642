import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateRawSync } from "node:zlib";

/** What pdf.js asks for while it reads a document, as it lies in its package. */
const PARTS = [
  { folder: "cmaps", name: /\.bcmap$/ },
  { folder: "standard_fonts", name: /\.(?:pfb|ttf)$/ },
  { folder: "wasm", name: /^(?:jbig2|openjpeg)\.wasm$/ },
];

/**
 * Writes the character maps, fonts and decoders of pdf.js as one script: the preview frame has no network, and may
 * load scripts of the release only. Returns the file's name.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {Promise<string>}
 */
export async function writePdfData(root, folder) {
  /** @type {[name: string, length: number][]} */
  const files = [];
  /** @type {Buffer[]} */
  const contents = [];
  for (const part of PARTS) {
    const from = path.join(root, "node_modules/pdfjs-dist", part.folder);
    const names = (await readdir(from)).filter((name) => part.name.test(name)).sort();
    if (names.length === 0) throw new Error(`pdf.js has no ${part.folder} any more`);
    for (const name of names) {
      const bytes = await readFile(path.join(from, name));
      files.push([name, bytes.length]);
      contents.push(bytes);
    }
  }
  const data = deflateRawSync(Buffer.concat(contents), { level: 9 }).toString("base64");
  const script = `export const files=${JSON.stringify(files)};export const data="${data}";\n`;
  const hash = createHash("sha256").update(script).digest("hex").slice(0, 16);
  const file = `frame-data-${hash}.js`;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, file), script);
  return file;
}
