import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { headersFor } from "../../../scripts/app-host/headers.mjs";
import { buildGallery } from "./build.ts";

export interface RunningGallery {
  readonly origin: string;
  close(): Promise<void>;
}

/** Builds the gallery and serves it on a free port under the app's own headers. */
export async function startGallery(): Promise<RunningGallery> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-gallery-"));
  await buildGallery(folder);
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://gallery.invalid");
    const name = pathname === "/" ? "index.html" : path.basename(pathname);
    readFile(path.join(folder, name)).then(
      (bytes) => response.writeHead(200, headersFor(`/${name}`, [])).end(bytes),
      () => response.writeHead(404, headersFor("/404.html", [])).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The gallery's server has no port");
  return {
    origin: `http://localhost:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
