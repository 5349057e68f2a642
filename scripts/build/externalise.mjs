import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { listFiles } from "./release.mjs";

const INLINE_SCRIPT = /<script(?<attributes>[^>]*)>(?<body>[^]*?)<\/script>/g;

/**
 * Moves every inline script of the given pages to a file named by its hash, because the content policy
 * allows no inline script. The tags keep their place, so the order of execution stays the same.
 *
 * @param {string} outDir
 * @param {readonly string[]} pages paths relative to outDir
 */
export async function externaliseInlineScripts(outDir, pages) {
  await mkdir(path.join(outDir, "_next/static/inline"), { recursive: true });
  for (const page of pages) {
    const file = path.join(outDir, page);
    const html = await readFile(file, "utf8");
    /** @type {Map<string, string>} */
    const moved = new Map();
    const rewritten = html.replaceAll(INLINE_SCRIPT, (tag, attributes, body) => {
      if (/\ssrc=/.test(attributes)) return tag;
      const pathname = `/_next/static/inline/${shortHash(body)}.js`;
      moved.set(pathname, body);
      return `<script${attributes} src="${pathname}"></script>`;
    });
    for (const [pathname, body] of moved) await writeFile(path.join(outDir, pathname), body);
    await writeFile(file, rewritten);
  }
}

/**
 * The boot script must run before any other code loads, hence the first element of `<head>`.
 *
 * @param {string} outDir
 * @param {readonly string[]} pages
 * @param {string} bootPathname
 */
export async function insertBootScript(outDir, pages, bootPathname) {
  for (const page of pages) {
    const file = path.join(outDir, page);
    const html = await readFile(file, "utf8");
    if (html.split("<head>").length !== 2) throw new Error(`${page}: expected exactly one <head>`);
    await writeFile(file, html.replace("<head>", `<head><script src="${bootPathname}"></script>`));
  }
}

/**
 * Ends the build where a page would break its own content policy.
 *
 * @param {string} outDir
 */
export async function refuseInlineCode(outDir) {
  for (const page of (await listFiles(outDir)).filter((file) => file.endsWith(".html"))) {
    const html = await readFile(path.join(outDir, page), "utf8");
    const found = /<script(?![^>]*\ssrc=)[^>]*>|<style|\s(?:style|on[a-z]+)="/i.exec(html);
    if (found !== null) throw new Error(`${page} holds inline code: ${found[0]}`);
  }
}

/** @param {string | Uint8Array} content */
export function shortHash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
