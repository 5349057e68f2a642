import type { PullAnswer, PullRequest } from "../transfer/download/pull-messages.ts";

/** Chunks that are asked for before the browser takes them. */
const CHUNKS_AHEAD = 4;

/** The content as a stream that the engine fills through the port, only as fast as the browser empties it. */
export function createPullStream(port: MessagePort, onOver: () => void): ReadableStream<Uint8Array> {
  let asked = 0;
  let isOver = false;
  const ask = (request: PullRequest): void => port.postMessage(request);
  const end = (): void => {
    isOver = true;
    onOver();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const fail = (): void => {
          if (isOver) return;
          end();
          // The browser reports the download as failed: what it has is not the file.
          controller.error(new TypeError("the download failed"));
        };
        // The other end is the app's engine, over a channel that its page made.
        port.onmessage = ({ data }: MessageEvent<PullAnswer>) => {
          if (isOver) return;
          switch (data.type) {
            case "chunk":
              asked--;
              controller.enqueue(data.bytes);
              return;
            case "end":
              end();
              controller.close();
              return;
            case "failed":
              fail();
          }
        };
        port.addEventListener("close", fail);
      },
      pull: (controller) => {
        const chunks = (controller.desiredSize ?? 0) - asked;
        if (chunks <= 0 || isOver) return;
        asked += chunks;
        ask({ type: "pull", chunks });
      },
      cancel: () => {
        ask({ type: "cancelled" });
        end();
      },
    },
    new CountQueuingStrategy({ highWaterMark: CHUNKS_AHEAD }),
  );
}
