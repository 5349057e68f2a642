import type { TransferHost, TransferPart } from "../engine-parts.ts";
import { browserTimer } from "./browser-timer.ts";
import { createHandleStore } from "./handle-store.ts";
import type { TransferPage } from "./ports.ts";
import { createTransferPart } from "./transfer-part.ts";
import { createBlockPool } from "./worker/block-pool.ts";

const HANDLES_PREFIX = "holdfast-handles";

/** In the engine's worker: transfers over what the page handed in, one port to each worker that handles blocks. */
export function createBrowserTransfer(
  host: TransferHost,
  { threads, page }: { readonly threads: readonly MessagePort[]; readonly page: TransferPage },
): TransferPart {
  const { sessions, transport, identity } = host;
  const { organization } = identity;
  const blocks = createBlockPool({ threads, api: transport.api, organization, sessions });
  const handles = createHandleStore(HANDLES_PREFIX);
  return createTransferPart(host, { blocks, page, handles, timer: browserTimer });
}
