import {
  DOWNLOAD_PATH,
  type ServiceWorkerNotice,
  type ServiceWorkerRequest,
} from "../transfer/download/pull-messages.ts";
import { attachmentNamed } from "./content-disposition.ts";
import { createPullStream } from "./pull-stream.ts";

/**
 * The service worker, for browsers without a save picker: it turns a stream of chunks into a download. It answers
 * only `/download/<random id>/`, each once, and leaves every other request to the network. Built into /sw.js.
 */
interface ServiceWorkerScope {
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "message", listener: (event: ExtendableMessageEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
}

/** TypeScript's types of service workers cannot be had together with those of pages; these are the parts in use. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface ExtendableMessageEvent extends ExtendableEvent {
  readonly data: ServiceWorkerRequest;
  readonly ports: readonly MessagePort[];
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Response): void;
}

declare const self: ServiceWorkerScope & { readonly location: Location };

const waiting = new Map<string, Response>();

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("message", ({ data, ports }) => {
  if (data.type === "stayAwake") return;
  const [content, page] = ports;
  if (content === undefined || page === undefined) return;
  const notify = (notice: ServiceWorkerNotice): void => page.postMessage(notice);
  const stream = createPullStream(content, () => notify({ type: "over" }));
  waiting.set(data.id, new Response(stream, { headers: headersOf(data.name, data.sizeBytes) }));
  notify({ type: "ready" });
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const id = new RegExp(`^${DOWNLOAD_PATH}([0-9a-f]{32})/$`).exec(pathname)?.[1];
  if (origin !== self.location.origin || id === undefined) return;
  const response = waiting.get(id);
  waiting.delete(id);
  event.respondWith(response ?? new Response(null, { status: 404 }));
});

/** Never shown as a page, whatever the content is. */
function headersOf(name: string, sizeBytes: number | null): Headers {
  const headers = new Headers({
    "Content-Disposition": attachmentNamed(name),
    "Content-Type": "application/octet-stream",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  // The browser then knows by itself when something is missing.
  if (sizeBytes !== null) headers.set("Content-Length", String(sizeBytes));
  return headers;
}
