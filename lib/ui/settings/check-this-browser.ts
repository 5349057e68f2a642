import type { BrowserCheckReport } from "#client/browser-check/checks.ts";

/** Runs the check in its own worker, then ends the worker. Rejects where workers cannot start at all. */
export function checkThisBrowser(): Promise<BrowserCheckReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../../../workers/selftest.worker.ts", import.meta.url), {
      type: "module",
    });
    worker.addEventListener("message", (event: MessageEvent<BrowserCheckReport>) => {
      worker.terminate();
      resolve(event.data);
    });
    worker.addEventListener("error", (event) => {
      worker.terminate();
      reject(new Error(event.message));
    });
    worker.postMessage("run");
  });
}
