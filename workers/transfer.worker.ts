import { createBlockHash } from "#client/transfer/worker/block-hash.ts";
import { createBlockWork } from "#client/transfer/worker/block-work.ts";
import { serveBlockWork } from "#client/transfer/worker/serve-block-work.ts";
import { browserFetch } from "#client/transport/browser-fetch.ts";
import { createTransport } from "#client/transport/transport.ts";
import { createProductSuite } from "#crypto/product-suite.ts";

/** Composition root of one thread that works on blocks: its first message brings the port to the engine. */
self.addEventListener("message", ({ ports: [port] }) => {
  if (port === undefined) return;
  serveBlockWork(port, async (api, organization) => {
    const suite = await createProductSuite();
    return createBlockWork({
      suite,
      hash: createBlockHash(suite),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      transport: createTransport({ api, fetch: browserFetch, now: () => Date.now() }),
      organization,
    });
  });
});
