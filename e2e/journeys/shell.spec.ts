import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type RunningApp, startApp } from "../support/app.ts";
import { watchPage } from "../support/watch.ts";

const clean = { violations: [], foreignRequests: [], pageErrors: [] };

let app: RunningApp;

test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(async () => {
  await app.close();
});

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

/** The document's background as the browser resolved it: the theme in force. */
function background(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

test("a worker hashes and signs in WebAssembly without a policy violation", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  await page.goto(`${app.origin}/#/settings`);
  await page.getByRole("button", { name: "Check this browser" }).click();
  const report = page.getByRole("status");
  await expect(report.getByText("works", { exact: true })).toHaveCount(4);
  await expect(report.getByText("does not work")).toHaveCount(0);
  expect(watch).toEqual(clean);
});

for (const theme of ["Light", "Dark"] as const) {
  test(`settings are accessible and keep their theme: ${theme}`, async ({ page }) => {
    // The opposite of what is chosen, so that the choice is what shows.
    await page.emulateMedia({ colorScheme: theme === "Light" ? "dark" : "light" });
    const watch = await watchPage(page, [app.origin]);
    await page.goto(`${app.origin}/#/settings`);
    await page.getByRole("radio", { name: theme }).click();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByRole("radio", { name: theme })).toBeChecked();
    expect(await background(page)).toBe(theme === "Light" ? "rgb(246, 245, 242)" : "rgb(18, 19, 22)");
    expect(watch).toEqual(clean);
  });
}

test("speaks the browser's language, and the chosen one from then on", async ({ browser }) => {
  const page = await browser.newPage({ locale: "fr-FR" });
  await page.goto(`${app.origin}/#/settings`);
  await expect(page.getByRole("heading", { name: "Réglages" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await page.getByRole("radio", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await page.close();
});

test("a page that does not exist says so, under the same policy", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  const response = await page.goto(`${app.origin}/nowhere/`);
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("does not exist");
  await expectAccessible(page);
  expect(watch).toEqual(clean);
});

test("says that it cannot start where a part of it cannot be had, and still offers the settings", async ({
  page,
}) => {
  await page.route("**/turbopack-worker-*", (route) => route.abort());
  await page.goto(`${app.origin}/`);
  await expect(page.getByText("Holdfast could not start")).toBeVisible();
  await page.getByRole("link", { name: "Settings and browser check" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
});

test("the page where proof files are checked opens without an account", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  await page.goto(`${app.origin}/verify/`);
  await expect(page.getByRole("heading", { name: "Check a proof file" })).toBeVisible();
  await expectAccessible(page);
  expect(watch).toEqual(clean);
});

test("the watch hears what the policy forbids", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  await page.addInitScript(() => {
    addEventListener("load", () => {
      document.head.append(document.createElement("style"));
      document.head.lastElementChild?.append("body { color: red }");
      try {
        document.body.insertAdjacentHTML("beforeend", "<b>forged</b>");
      } catch {
        // Trusted Types refuse the string.
      }
      try {
        new Worker("/_next/static/chunks/not-of-this-release.js");
      } catch {
        // The release list refuses the address.
      }
      void fetch("https://third.party.invalid/").catch(() => undefined);
    });
  });
  await page.goto(`${app.origin}/verify/`);
  await expect.poll(() => watch.violations.join("\n")).toMatch(/style-src-elem/);
  await expect.poll(() => watch.violations.join("\n")).toMatch(/require-trusted-types-for/);
  await expect.poll(() => watch.violations.join("\n")).toMatch(/connect-src/);
  await expect(page.getByText("forged")).toHaveCount(0);
});

test("serves final headers, no folder above its own, and only reading", async ({ request }) => {
  const page = await request.get(`${app.origin}/`);
  const policy = page.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("connect-src 'self' http://localhost:3001;");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types default");
  expect(policy).not.toContain("unsafe-inline");
  expect(await page.text()).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|\sstyle="/);

  const boot = /src="(?<path>[^"]+boot-[^"]+)"/.exec(await page.text())?.groups?.["path"] ?? "";
  const script = await request.get(`${app.origin}${boot}`);
  expect(script.headers()["content-security-policy"]).not.toContain("trusted-types");
  expect(script.headers()["cache-control"]).toContain("immutable");
  expect(page.headers()["cache-control"]).toBe("no-cache");

  const preview = await request.get(`${app.origin}/preview/`);
  expect(preview.headers()["content-security-policy"]).toMatch(
    /^sandbox allow-scripts; .*connect-src 'none'/,
  );

  expect((await request.get(`${app.origin}/..%2fpackage.json`)).status()).toBe(404);
  expect((await request.get(`${app.origin}/%2e%2e/package.json`)).status()).toBe(404);
  expect((await request.post(`${app.origin}/`)).status()).toBe(405);
});
