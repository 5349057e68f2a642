import { existsSync, readFileSync } from "node:fs";

const START_PAGE = "out/index.html";

/** What a browser loads to show the start page: every script and style sheet the page names. */
const html = existsSync(START_PAGE) ? readFileSync(START_PAGE, "utf8") : "";
const named = [...html.matchAll(/(?:src|href)="\/([^"?]+\.(?:js|css))"/g)].map((match) => `out/${match[1]}`);

export default [{ name: "first load", path: [START_PAGE, ...new Set(named)], gzip: true, limit: "400 kB" }];
