import { expect, test } from "@playwright/test";
import { type RunningApp, startApp } from "../support/app.ts";
import { watchPage } from "../support/watch.ts";

let app: RunningApp;

test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(async () => {
  await app.close();
});

test("a worker hashes and signs in WebAssembly without a policy violation", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  await page.goto(`${app.origin}/#/settings`);
  await page.getByRole("button", { name: "Check this browser" }).click();
  await expect(page.getByText('"signature":"passed"')).toBeVisible();
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
});
