import { toHex } from "#protocol/bytes/text.ts";
import {
  DOWNLOAD_PATH,
  type ServiceWorkerNotice,
  type ServiceWorkerRequest,
} from "../download/pull-messages.ts";
import type { SaveTarget } from "../ports.ts";

const SCRIPT = "/sw.js";
const READY_TIMEOUT_MS = 10_000;
/** Browsers put a service worker to sleep after 30 seconds without an event. */
const AWAKE_INTERVAL_MS = 10_000;
/** The browser has read the answer's headers by then, so the frame is not needed any more. */
const FRAME_KEPT_MS = 60_000;

/** Starts a download of the browser's own whose content is then pulled through the port. */
export async function openServiceWorkerTarget(file: {
  readonly name: string;
  readonly sizeBytes: number | null;
}): Promise<SaveTarget> {
  try {
    const worker = await activeWorker();
    const id = toHex(crypto.getRandomValues(new Uint8Array(16)));
    const content = new MessageChannel();
    const own = new MessageChannel();
    const isReady = serve(worker, own.port1);
    const request: ServiceWorkerRequest = { type: "serve", id, ...file };
    worker.postMessage(request, [content.port2, own.port2]);
    await isReady;
    // A navigation, because only one becomes a download by the answer's headers alone.
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.src = `${DOWNLOAD_PATH}${id}/`;
    document.body.append(frame);
    setTimeout(() => frame.remove(), FRAME_KEPT_MS);
    return { kind: "pull", port: content.port1 };
  } catch (error) {
    return { kind: "unavailable", detail: String(error) };
  }
}

/** Resolves when the service worker knows of the download; keeps it awake until the download is over. */
function serve(worker: ServiceWorker, port: MessagePort): Promise<void> {
  const awake = setInterval(() => {
    const request: ServiceWorkerRequest = { type: "stayAwake" };
    worker.postMessage(request);
  }, AWAKE_INTERVAL_MS);
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      clearInterval(awake);
      reject(new Error("the service worker did not answer"));
    }, READY_TIMEOUT_MS);
    // The other end is this app's service worker, over a channel made for this download.
    port.onmessage = ({ data }: MessageEvent<ServiceWorkerNotice>) => {
      if (data.type === "ready") {
        clearTimeout(timeout);
        resolve();
      } else {
        clearInterval(awake);
        port.close();
      }
    };
  });
}

async function activeWorker(): Promise<ServiceWorker> {
  const registration = await navigator.serviceWorker.register(SCRIPT, { scope: "/" });
  if (registration.active) return registration.active;
  const { active } = await navigator.serviceWorker.ready;
  if (active === null) throw new Error("the service worker is not active");
  return active;
}
