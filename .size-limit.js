import { existsSync, readdirSync, readFileSync } from "node:fs";

const START_PAGE = "out/index.html";
const CHUNKS = "out/_next/static/chunks/";

/** What a browser loads to show the start page: every script and style sheet the page names. */
const html = existsSync(START_PAGE) ? readFileSync(START_PAGE, "utf8") : "";
const named = [...html.matchAll(/(?:src|href)="\/([^"?]+\.(?:js|css))"/g)].map((match) => `out/${match[1]}`);

/** The files of every worker, as the bundler wrote them into the page's code. */
const workers = (existsSync(CHUNKS) ? readdirSync(CHUNKS) : [])
  .filter((file) => file.endsWith(".js"))
  .flatMap((file) => [
    ...readFileSync(CHUNKS + file, "utf8").matchAll(
      /\("(static\/chunks\/turbopack-worker[^"]*)",\[([^\]]*)\]\)/g,
    ),
  ])
  .map(([, entry, chunks]) => [entry, ...JSON.parse(`[${chunks}]`)].map((path) => `out/_next/${path}`));

/** A worker is known by a text that it has, and one that it has not. */
function worker(name, text, withoutText, limit) {
  const files = workers.find((paths) => {
    const code = paths.map((path) => readFileSync(path, "utf8")).join("");
    return code.includes(text) && !code.includes(withoutText);
  });
  if (files === undefined) throw new Error(`no ${name} among the ${workers.length} workers: build first`);
  return { name, path: files, gzip: true, limit };
}

/** What a named script loads later, known by a name that it exports. */
function loadedLater(name, exported, limit) {
  const lists = named.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/Promise\.all\(\[("static\/chunks\/[^\]]*)\]/g),
  ]);
  const files = lists
    .map(([, chunks]) => JSON.parse(`[${chunks}]`).map((path) => `out/_next/${path}`))
    .find((paths) => paths.some((path) => readFileSync(path, "utf8").includes(exported)));
  if (files === undefined) throw new Error(`nothing loads ${exported} later: build first`);
  return { name, path: files, gzip: true, limit };
}

export default [
  { name: "first load", path: [START_PAGE, ...new Set(named)], gzip: true, limit: "300 kB" },
  loadedLater("screens after unlocking", "AppScreen", "160 kB"),
  worker("engine worker (sync and audit)", "audit-epoch", "\0", "370 kB"),
  worker("transfer worker", "put-blocks", "audit-epoch", "200 kB"),
  worker("crypto worker (passphrases)", "argon2", "crypto_sign_seed_keypair", "30 kB"),
  worker("browser check", "crypto_sign_seed_keypair", "put-blocks", "180 kB"),
  { name: "download worker", path: "out/sw.js", gzip: true, limit: "5 kB" },
];
