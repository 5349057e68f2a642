import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/test-run/chromium.ts";

const chromium = findChromium();

/** Journeys run one after another: two browsers on a small machine make timing lie. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  // How long a hung test may hang: a machine that does other things must not make an honest one fail.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env["CI"] !== undefined,
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    trace: "retain-on-failure",
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
  projects: [
    { name: "journeys", testDir: "e2e/journeys" },
    { name: "adversary", testDir: "e2e/adversary" },
  ],
});
