import { servePage } from "./page-port.ts";
import { openTarget, requestRead } from "./save-target.ts";

/** What the page hands to the engine's worker so that transfers run there; all of it is transferred. */
export interface TransferChannels {
  /** Each to a worker of its own that reads, encrypts, sends, fetches and opens blocks. */
  readonly threads: readonly MessagePort[];
  readonly page: MessagePort;
}

/**
 * In the page: starts the workers and offers the page's own part.
 *
 * @param spawn makes one worker from workers/transfer.worker.ts; the bundler wants to see its `new Worker` in place
 */
export function openTransferChannels(spawn: () => Worker): TransferChannels {
  const page = new MessageChannel();
  servePage(page.port1, { openTarget, requestRead });
  const threads = Array.from({ length: threadsFor(navigator.hardwareConcurrency) }, () => {
    const thread = new MessageChannel();
    spawn().postMessage(null, [thread.port1]);
    return thread.port2;
  });
  return { threads, page: page.port2 };
}

/** One stays for the engine and the screen; more than four are faster than any network. */
function threadsFor(processors: number): number {
  return Math.min(4, Math.max(2, processors - 1));
}
