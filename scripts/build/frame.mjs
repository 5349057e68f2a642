import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { shortHash } from "./externalise.mjs";

/**
 * Builds the preview frame into out/preview/. It is bundled apart from the app because it runs without an
 * origin, under its own content policy, and must share no file with the app.
 *
 * @param {string} root
 * @param {string} outDir
 */
export async function buildPreviewFrame(root, outDir) {
  const folder = path.join(outDir, "preview");
  await mkdir(folder, { recursive: true });
  const script = await bundle(root, "lib/ui/preview-frame/frame.ts");
  const style = await bundle(root, "lib/ui/preview-frame/frame.css");
  const scriptName = `frame-${shortHash(script)}.js`;
  const styleName = `frame-${shortHash(style)}.css`;
  await writeFile(path.join(folder, scriptName), script);
  await writeFile(path.join(folder, styleName), style);
  const html = [
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><title>Preview</title>',
    `<link rel="stylesheet" href="/preview/${styleName}">`,
    `<script type="module" src="/preview/${scriptName}" crossorigin="anonymous"></script></head>`,
    "<body></body></html>",
    "",
  ];
  await writeFile(path.join(folder, "index.html"), html.join("\n"));
}

/** @param {string} root @param {string} entryPoint */
async function bundle(root, entryPoint) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${entryPoint}`);
  return output.contents;
}
