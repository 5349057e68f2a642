import type { EngineError } from "../../engine.ts";
import type { SaveTarget } from "../ports.ts";
import { TransferFailure } from "../transfer-failure.ts";
import type { PullAnswer, PullRequest } from "./pull-messages.ts";

/** Where a download goes. `write` resolves when there is room for more. */
export interface SaveSink {
  readonly write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Only now the file is there, whole. */
  readonly close: () => Promise<void>;
  /** The file must not look as if it were whole. */
  readonly abort: () => Promise<void>;
}

export async function openSink(
  target: Exclude<SaveTarget, { readonly kind: "cancelled" | "unavailable" }>,
): Promise<SaveSink> {
  return target.kind === "file" ? openFileSink(target.handle) : createPullSink(target.port);
}

/** The browser writes beside the file and puts it in its place at the end, so a failure leaves nothing half written. */
async function openFileSink(handle: FileSystemFileHandle): Promise<SaveSink> {
  const writable = await storing(() => handle.createWritable());
  return {
    write: (chunk) => storing(() => writable.write(chunk)),
    close: () => storing(() => writable.close()),
    abort: () => writable.abort().catch(() => undefined),
  };
}

async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFull = error instanceof Error && error.name === "QuotaExceededError";
    throw new TransferFailure(
      isFull ? { type: "StorageFull", where: "device" } : { type: "Unexpected", detail: String(error) },
    );
  }
}

function createPullSink(port: MessagePort): SaveSink {
  let asked = 0;
  let failure: EngineError | undefined;
  let wake: () => void = () => undefined;
  // The other end is this app's service worker, over a channel that the page made for it.
  port.onmessage = ({ data }: MessageEvent<PullRequest>) => {
    if (data.type === "pull") asked += data.chunks;
    else failure ??= { type: "Cancelled" };
    wake();
  };
  // Where the browser tells: the service worker is gone, and the download with it.
  port.addEventListener("close", () => {
    failure ??= { type: "Unexpected", detail: "the download was ended by the browser" };
    wake();
  });
  const answer = (message: PullAnswer, transfer: readonly Transferable[] = []): void =>
    port.postMessage(message, [...transfer]);
  const turn = async (): Promise<void> => {
    while (asked === 0 && failure === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure) throw new TransferFailure(failure);
    asked--;
  };
  return {
    write: async (chunk) => {
      await turn();
      answer({ type: "chunk", bytes: chunk }, [chunk.buffer]);
    },
    close: async () => answer({ type: "end" }),
    abort: async () => {
      failure ??= { type: "Cancelled" };
      wake();
      answer({ type: "failed" });
    },
  };
}
