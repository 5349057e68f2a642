import { writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { writePdfData } from "./pdf-data.mjs";

/**
 * Builds the preview frame into out/preview/. It is bundled apart from the app because it runs without an
 * origin, under its own content policy, and must share no file with the app.
 *
 * @param {string} root
 * @param {string} outDir
 */
export async function buildPreviewFrame(root, outDir) {
  const folder = path.join(outDir, "preview");
  const pdfData = `/preview/${await writePdfData(root, folder)}`;
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["lib/ui/preview-frame/frame.ts", "lib/ui/preview-frame/frame.css"],
    outdir: path.relative(root, folder),
    entryNames: "frame-[hash]",
    chunkNames: "frame-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    metafile: true,
    define: { PDF_DATA: JSON.stringify(pdfData) },
    external: [pdfData],
  });
  const script = outputOf(result.metafile, "lib/ui/preview-frame/frame.ts");
  const style = outputOf(result.metafile, "lib/ui/preview-frame/frame.css");
  const html = [
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><title>Preview</title>',
    `<link rel="stylesheet" href="/preview/${style}">`,
    `<script type="module" src="/preview/${script}" crossorigin="anonymous"></script></head>`,
    "<body></body></html>",
    "",
  ];
  await writeFile(path.join(folder, "index.html"), html.join("\n"));
}

/** @param {import("esbuild").Metafile} metafile @param {string} entryPoint */
function outputOf(metafile, entryPoint) {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`esbuild wrote nothing for ${entryPoint}`);
  return path.basename(found[0]);
}
