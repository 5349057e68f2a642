import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./scripts/test-run/chromium.ts";

const TESTS = "*.test.{ts,tsx}";
const BROWSER_ONLY = "**/*.browser.test.{ts,tsx}";
/** Needs the file system or a process; named so to stay out of the browser. */
const NODE_ONLY = "**/*.node.test.ts";
const chromium = findChromium();
/** How long a hung test may hang: a machine that does other things must not make an honest one fail. */
const PATIENCE_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          environment: "node",
          include: ["lib", "scripts", "e2e/support", "e2e/adversary", "bench"].map(
            (folder) => `${folder}/**/${TESTS}`,
          ),
          exclude: [BROWSER_ONLY],
        },
      },
      {
        // Needs the built app, so it is run after the build.
        test: { name: "firefox", environment: "node", include: [`e2e/firefox/**/${TESTS}`] },
      },
      {
        // Vite would otherwise find these one by one and reload the page in the middle of a run.
        optimizeDeps: {
          include: [
            "@noble/ciphers/chacha.js",
            "@noble/ciphers/salsa.js",
            "@noble/curves/ed25519.js",
            "@noble/hashes/argon2.js",
            "@noble/hashes/blake2.js",
            "@noble/hashes/sha2.js",
            "cborg",
            "dexie",
            "fast-check",
            "hash-wasm",
            "libsodium-wrappers",
            "react",
            "react-aria-components",
            "react-dom/client",
            "react/jsx-dev-runtime",
            "use-intl",
          ],
        },
        test: {
          name: "browser",
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          include: [`lib/protocol/**/${TESTS}`, `lib/crypto/**/${TESTS}`, `lib/{client,ui}/${BROWSER_ONLY}`],
          exclude: [NODE_ONLY],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({
              launchOptions: {
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                // Chromium's own sandbox refuses to start as root in a container.
                args: ["--no-sandbox"],
              },
            }),
          },
        },
      },
    ],
  },
});
