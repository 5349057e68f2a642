/**
 * `npm start`: the whole product on this machine, with what is in the box. Builds the app if it is missing or older
 * than its sources, then runs ledger, API and app host until it is told to stop.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureAppIsBuilt } from "./start/build-app.ts";
import { readOptions } from "./start/options.ts";
import { type Product, startProduct } from "./start/product.ts";
import { StartFailed } from "./start/start-failed.ts";

const root = path.dirname(import.meta.dirname);
const say = (line: string): void => console.log(line);

try {
  const options = readOptions(process.env, root);
  await ensureAppIsBuilt(root, say);
  const version = readVersion();
  const product = await startProduct({ options, version, outDir: path.join(root, "out"), say });
  say(greeting(product, version, options.server.dataDir));
  stopOnSignals(product);
} catch (error) {
  console.error(error instanceof StartFailed ? `\n${error.message}\n` : error);
  process.exitCode = 1;
}

function greeting({ appOrigin, apiOrigin, anchor }: Product, version: string, dataDir: string): string {
  return `
Holdfast ${version}

  Open     ${appOrigin ?? apiOrigin}
  API      ${apiOrigin}
  Data     ${dataDir}
  Ledger   local, ${anchor.chainId}

Local ledger: it shows how checking works, it does not protect you from this machine's operator.
Stop with Ctrl+C.
`;
}

/** The first signal closes in order; a second one does not wait. */
function stopOnSignals(product: Product): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say("Stopping.");
    product.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isManifest && typeof manifest.version === "string" ? manifest.version : "";
}
