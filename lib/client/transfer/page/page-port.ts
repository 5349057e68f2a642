import type { SaveTarget, TransferPage } from "../ports.ts";

/** What the engine asks of its page, over a port made for it. */
type PageRequest =
  | {
      readonly type: "openTarget";
      readonly call: number;
      readonly file: { readonly name: string; readonly sizeBytes: number | null };
    }
  | { readonly type: "requestRead"; readonly call: number; readonly handle: FileSystemHandle };

type PageReply =
  | { readonly type: "target"; readonly call: number; readonly target: SaveTarget }
  | { readonly type: "permission"; readonly call: number; readonly isGranted: boolean };

/** In the page. */
export function servePage(port: MessagePort, page: TransferPage): void {
  const answer = async (request: PageRequest): Promise<void> => {
    switch (request.type) {
      case "openTarget": {
        const target = await page.openTarget(request.file);
        const transfer = target.kind === "pull" ? [target.port] : [];
        reply(port, { type: "target", call: request.call, target }, transfer);
        return;
      }
      case "requestRead": {
        const isGranted = await page.requestRead(request.handle);
        reply(port, { type: "permission", call: request.call, isGranted });
      }
    }
  };
  // The other end is this app's engine, over a channel that nobody else holds.
  port.onmessage = ({ data }: MessageEvent<PageRequest>) => void answer(data);
}

/** In the engine. */
export function createPageOver(port: MessagePort): TransferPage {
  const waiting = new Map<number, (reply: PageReply) => void>();
  let calls = 0;
  // As above, in the other direction.
  port.onmessage = ({ data }: MessageEvent<PageReply>) => {
    waiting.get(data.call)?.(data);
    waiting.delete(data.call);
  };
  const ask = (create: (call: number) => PageRequest): Promise<PageReply> => {
    const call = calls++;
    return new Promise((resolve) => {
      waiting.set(call, resolve);
      port.postMessage(create(call));
    });
  };
  return {
    openTarget: async (file) => {
      const answer = await ask((call) => ({ type: "openTarget", call, file }));
      return answer.type === "target" ? answer.target : { kind: "cancelled" };
    },
    requestRead: async (handle) => {
      const answer = await ask((call) => ({ type: "requestRead", call, handle }));
      return answer.type === "permission" && answer.isGranted;
    },
  };
}

function reply(port: MessagePort, message: PageReply, transfer: readonly Transferable[] = []): void {
  port.postMessage(message, [...transfer]);
}
