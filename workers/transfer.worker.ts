import { createBlockWork } from "#client/transfer/worker/block-work.ts";
import { serveBlockWork } from "#client/transfer/worker/serve-block-work.ts";
import { browserFetch } from "#client/transport/browser-fetch.ts";
import { createTransport } from "#client/transport/transport.ts";
import { createProductBlockSuite } from "#crypto/product-block-suite.ts";
import { createProductSuite } from "#crypto/product-suite.ts";

/** Measured while the page starts, not when somebody waits for an upload. */
const suite = createProductSuite().then(createProductBlockSuite);

/** Composition root of one thread that works on blocks: its first message brings the port to the engine. */
self.addEventListener("message", ({ ports: [port] }) => {
  if (port === undefined) return;
  serveBlockWork(port, async (api, organization) =>
    createBlockWork({
      suite: await suite,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      transport: createTransport({ api, fetch: browserFetch, now: () => Date.now() }),
      organization,
    }),
  );
});
