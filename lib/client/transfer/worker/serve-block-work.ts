import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { BlockWork } from "../ports.ts";
import type { BlockReply, BlockRequest } from "./block-messages.ts";

/** Answers the engine's requests on a port. `createWork` makes the work anew for every unlock. */
export function serveBlockWork(
  port: MessagePort,
  createWork: (api: string, organization: Bytes) => Promise<BlockWork>,
): void {
  let work: Promise<BlockWork> | undefined;

  const answer = async (request: BlockRequest): Promise<void> => {
    if (request.type === "setup") {
      work = createWork(request.api, request.organization);
      return;
    }
    const ready = await work;
    if (ready === undefined) throw new Error("a block was asked for before the setup");
    switch (request.type) {
      case "send": {
        const answer = await ready.send(request.batch, request.session, request.pieces);
        reply(port, { type: "sent", call: request.call, answer });
        return;
      }
      case "receive": {
        const answer = await ready.receive(request.session, request.blocks);
        const buffers = new Set(answer.ok ? answer.value.map(({ buffer }) => buffer) : []);
        reply(port, { type: "received", call: request.call, answer }, [...buffers]);
        return;
      }
      case "compare": {
        const answer = await ready.compare(request.file, request.blocks);
        reply(port, { type: "compared", call: request.call, answer });
        return;
      }
      case "drop":
        ready.drop(request.batch);
    }
  };
  // The other end is this app's engine, over a channel that nobody else holds.
  port.onmessage = (event: MessageEvent<BlockRequest>) => void answer(event.data);
}

function reply(port: MessagePort, message: BlockReply, transfer: readonly Transferable[] = []): void {
  port.postMessage(message, [...transfer]);
}
