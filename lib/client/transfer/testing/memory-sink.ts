import { createPullStream } from "../../download-worker/pull-stream.ts";
import type { SaveTarget } from "../ports.ts";

/** A place to save to that is read like the browser reads a download: through the service worker's own stream. */
export function createMemorySink(): {
  readonly target: SaveTarget;
  /** What arrived, once it ended well; rejects where the browser would show a failed download. */
  readonly saved: () => Promise<Uint8Array>;
  /** The person cancels in the browser's own list. */
  readonly cancel: () => Promise<void>;
} {
  const { port1, port2 } = new MessageChannel();
  const stream = createPullStream(port2, () => port2.close());
  return {
    target: { kind: "pull", port: port1 },
    saved: async () => new Uint8Array(await new Response(stream).arrayBuffer()),
    cancel: () => stream.cancel(),
  };
}
