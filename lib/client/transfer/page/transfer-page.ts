import type { SaveTarget, TransferPage } from "../ports.ts";
import { openServiceWorkerTarget } from "./service-worker-target.ts";

/** Missing in browsers without it, and from TypeScript's own types. */
declare global {
  interface Window {
    showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
  }
}

/** `FileSystemHandle` of browsers that ask for permissions. */
interface PermissionHandle {
  readonly requestPermission?: (mode: { readonly mode: "read" }) => Promise<PermissionState>;
}

/** The page's own share of transfers. */
export const transferPage: TransferPage = {
  openTarget: (file) => openTarget(file),
  requestRead: (handle) => requestRead(handle),
};

/** Where the person wants it: by the browser's picker where there is one, else in the folder for downloads. */
const openTarget: TransferPage["openTarget"] = async (file): Promise<SaveTarget> => {
  if (window.showSaveFilePicker) {
    try {
      return { kind: "file", handle: await window.showSaveFilePicker({ suggestedName: file.name }) };
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return { kind: "cancelled" };
      // The press that started this is too long ago, or the name is not to the picker's taste.
    }
  }
  return openServiceWorkerTarget(file);
};

const requestRead: TransferPage["requestRead"] = async (handle) => {
  const asking: FileSystemHandle & PermissionHandle = handle;
  return (await asking.requestPermission?.({ mode: "read" }).catch(() => "denied")) === "granted";
};
