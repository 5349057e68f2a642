import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../../..");

/** Bundles the gallery into a folder that any static server can show. It never is part of the app. */
export async function buildGallery(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    entryPoints: [path.join(root, "e2e/support/gallery/gallery.tsx")],
    outfile: path.join(outDir, "gallery.js"),
    bundle: true,
    format: "esm",
    jsx: "automatic",
    target: "es2023",
    define: { "process.env.NODE_ENV": '"production"' },
    absWorkingDir: root,
  });
  // The product's own stylesheet, as it was built: what the pictures show is what ships.
  const chunks = path.join(root, "out/_next/static");
  await cp(path.join(chunks, "media"), outDir, { recursive: true });
  const stylesheet = (await readdir(path.join(chunks, "chunks"))).find((file) => file.endsWith(".css"));
  if (stylesheet === undefined)
    throw new Error("The app is not built: its stylesheet is missing. Build it first.");
  const css = await readFile(path.join(chunks, "chunks", stylesheet), "utf8");
  await writeFile(path.join(outDir, "styles.css"), css.replaceAll("../media/", ""));
  await writeFile(
    path.join(outDir, "index.html"),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta id="react-aria-pressable-style"><title>Gallery</title><link rel="stylesheet" href="styles.css"></head><body><div id="root"></div><script type="module" src="gallery.js"></script></body></html>`,
  );
}
