#!/usr/bin/env node
/**
 * Serves the built app and `deployment.json` with the headers the app is made for. Any other host can do
 * the same: nothing here is secret and nothing runs on the server.
 *
 * Run: `node scripts/app-host.mjs`. HOLDFAST_DEPLOYMENT names the deployment file (default
 * data/deployment.json), HOLDFAST_APP_PORT the port (default 3000).
 */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseDeployment } from "./app-host/deployment.mjs";
import { headersFor } from "./app-host/headers.mjs";

/**
 * @param {{ outDir: string, deployment: string, port: number, host?: string }} options
 *   `deployment` is the path of deployment.json; port 0 takes a free one.
 * @returns {Promise<{ origin: string, port: number, close: () => Promise<void> }>}
 */
export async function startAppHost({ outDir, deployment, port, host = "localhost" }) {
  const index = path.join(outDir, "index.html");
  if (!(await isFile(index))) throw new Error(`The app is not built: ${index} is missing. Build it first.`);
  let deploymentText = await readDeployment(deployment);
  let { connectOrigins } = parseDeployment(deploymentText);

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async function answer(request, response) {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...headersFor("/405", connectOrigins), Allow: "GET, HEAD" }).end();
      return;
    }
    const pathname = safePathname(request.url ?? "/");
    if (pathname === "/deployment.json") {
      await refreshDeployment();
      const headers = headersFor(pathname, connectOrigins);
      response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : deploymentText);
      return;
    }
    const found = pathname === undefined ? undefined : await findFile(outDir, pathname);
    const served = found ?? { file: path.join(outDir, "404.html"), pathname: "/404.html" };
    const { size } = await stat(served.file);
    response.writeHead(found === undefined ? 404 : 200, {
      ...headersFor(served.pathname, connectOrigins),
      "Content-Length": size,
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(served.file).pipe(response);
  }

  /** The ledger anchor in it is renewed while the host runs. What cannot be read now is served as it was. */
  async function refreshDeployment() {
    try {
      const text = await readDeployment(deployment);
      ({ connectOrigins } = parseDeployment(text));
      deploymentText = text;
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The app host has no port");
  return {
    origin: `http://${host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {string} url the request target */
function safePathname(url) {
  try {
    const pathname = decodeURIComponent(new URL(url, "http://app.invalid").pathname);
    const unsafe = pathname.includes("\0") || pathname.includes("\\") || pathname.split("/").includes("..");
    return unsafe ? undefined : pathname;
  } catch {
    return undefined;
  }
}

/** @param {string} outDir @param {string} pathname */
async function findFile(outDir, pathname) {
  const served = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
  const file = path.join(outDir, served);
  if (!file.startsWith(path.resolve(outDir) + path.sep)) return undefined;
  if (await isFile(file)) return { file, pathname: served };
  return undefined;
}

/** @param {string} file */
async function isFile(file) {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** @param {string} file */
async function readDeployment(file) {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Error(
      `No deployment file at ${file}: it names the API and the ledger anchor. Start the API first.`,
    );
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const app = await startAppHost({
    outDir: path.join(root, "out"),
    deployment: path.resolve(root, process.env["HOLDFAST_DEPLOYMENT"] ?? "data/deployment.json"),
    port: Number(process.env["HOLDFAST_APP_PORT"] ?? 3000),
  }).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
  console.log(`Holdfast is at ${app.origin}`);
}
