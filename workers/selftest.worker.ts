import { runBrowserCheck } from "../lib/ui/browser-check/checks.ts";

/** Composition root of "Check this browser": one message in, one report out. */
self.addEventListener("message", () => {
  void runBrowserCheck().then((report) => {
    self.postMessage(report);
  });
});
