import { runBrowserCheck } from "../lib/client/browser-check/checks.ts";
import { createProductSuite } from "../lib/crypto/product-suite.ts";

/** Composition root of "Check this browser": one message in, one report out. */
self.addEventListener("message", () => {
  createProductSuite()
    .then((suite) => {
      const seed = crypto.getRandomValues(new Uint8Array(32));
      self.postMessage(runBrowserCheck(suite, seed, self.crossOriginIsolated));
    })
    // Without this, a suite that cannot start would leave the page waiting.
    .catch(reportError);
});
