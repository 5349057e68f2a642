import type { TransferHost, TransferPart } from "../engine-parts.ts";
import { browserTimer } from "./browser-timer.ts";
import { createHandleStore } from "./handle-store.ts";
import { createPageOver } from "./page/page-port.ts";
import type { TransferChannels } from "./page/transfer-channels.ts";
import { createTransferPart } from "./transfer-part.ts";
import { createBlockPool } from "./worker/block-pool.ts";

const HANDLES_DATABASE = "holdfast-handles";

/** In the engine's worker: transfers over what the page handed in, made anew at every unlock. */
export function createBrowserTransfer({
  threads,
  page,
}: TransferChannels): (host: TransferHost) => TransferPart {
  const handles = createHandleStore(HANDLES_DATABASE);
  const asked = createPageOver(page);
  return (host) => {
    const { sessions, transport, identity } = host;
    const { organization } = identity;
    const blocks = createBlockPool({ threads, api: transport.api, organization, sessions });
    return createTransferPart(host, { blocks, page: asked, handles, timer: browserTimer });
  };
}
