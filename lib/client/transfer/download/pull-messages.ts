/**
 * Between the engine, which has the content, and the service worker, which gives it to the browser's download: the
 * service worker asks for chunks as the browser takes them, so that no more than a few are ever in memory.
 */
export type PullRequest =
  | { readonly type: "pull"; readonly chunks: number }
  /** The person cancelled it in the browser, or the browser could not write. */
  | { readonly type: "cancelled" };

export type PullAnswer =
  | { readonly type: "chunk"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "end" }
  /** The browser shows a failed download, and never a shorter file. */
  | { readonly type: "failed" };

/** From the page to the service worker, with the two ports in this order: the content's and the page's own. */
export type ServiceWorkerRequest =
  | {
      readonly type: "serve";
      readonly id: string;
      readonly name: string;
      readonly sizeBytes: number | null;
    }
  /** A service worker that hears nothing is put to sleep, with its streams. */
  | { readonly type: "stayAwake" };

/** From the service worker to the page. */
export type ServiceWorkerNotice = { readonly type: "ready" } | { readonly type: "over" };

export const DOWNLOAD_PATH = "/download/";
