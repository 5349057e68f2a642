import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type RunningGallery, startGallery } from "../support/gallery/serve.ts";
import { type PageWatch, watchPage } from "../support/watch.ts";

/** Every screen with fixed contents, under the app's own headers: what it shows is accessible and allowed. */
let gallery: RunningGallery;

test.beforeAll(async () => {
  gallery = await startGallery();
});
test.afterAll(async () => {
  await gallery.close();
});

async function open(page: Page, query: string, hash: string): Promise<PageWatch> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const watch = await watchPage(page, [gallery.origin]);
  await page.goto(`${gallery.origin}/?${query}${hash}`);
  return watch;
}

async function expectAccessibleAndAllowed(page: Page, watch: PageWatch): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
}

const screens = [
  { name: "welcome", world: "new", hash: "", heading: "Welcome" },
  { name: "create an organization", world: "new", hash: "#/start/create", heading: "Create an organization" },
  { name: "unlock", world: "locked", hash: "", heading: "Welcome back" },
  {
    name: "damaged storage",
    world: "damaged",
    hash: "",
    heading: "This browser’s copy of Holdfast cannot be read",
  },
  { name: "storage that fails", world: "failing", hash: "#/files/a1", heading: "Client Delaunay" },
  { name: "recovery kit", world: "first", hash: "#/start/kit", heading: "Keep your recovery kit" },
  { name: "files", world: "busy", hash: "#/files/a1", heading: "Client Delaunay" },
  { name: "empty folder", world: "empty", hash: "#/files/a1", heading: "Client Delaunay" },
  {
    name: "odd names",
    world: "odd",
    hash: "#/files/a1",
    heading: `Marchetti ${"and sons ".repeat(9)}`.trim(),
  },
  { name: "trust", world: "suspect", hash: "#/trust", heading: "Trust" },
  { name: "trust before the first seal", world: "waiting", hash: "#/trust", heading: "Trust" },
  { name: "trust of a device away for weeks", world: "expired", hash: "#/trust", heading: "Trust" },
  { name: "trust with proofs withheld", world: "withheld", hash: "#/trust", heading: "Trust" },
  { name: "trust in an older copy", world: "older", hash: "#/trust", heading: "Trust" },
  { name: "trust by clocks that are off", world: "clocks", hash: "#/trust", heading: "Trust" },
  { name: "transfers in trouble", world: "troubled", hash: "#/files/a1", heading: "Client Delaunay" },
  { name: "settings", world: "calm", hash: "#/settings", heading: "Settings" },
] as const;

for (const theme of ["light", "dark"] as const) {
  for (const screen of screens) {
    test(`${screen.name}, ${theme}`, async ({ page }) => {
      const watch = await open(page, `world=${screen.world}&theme=${theme}`, screen.hash);
      await expect(page.getByRole("heading", { name: screen.heading, exact: true })).toBeAttached();
      await expectAccessibleAndAllowed(page, watch);
    });
  }
}

test("a phone has the same places, in French", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const watch = await open(page, "world=calm&lang=fr", "#/files");
  await page.getByRole("link", { name: "Client Delaunay" }).click();
  await expect(page.getByRole("row", { name: "Correspondence" })).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
  await page.getByRole("link", { name: "Confiance", exact: true }).click();
  await expect(page.getByRole("img", { name: /périodes/ })).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(390);
});

test("at 400 % zoom nothing is cut off sideways", async ({ page }) => {
  // 1280 pixels at 400 % are 320.
  await page.setViewportSize({ width: 320, height: 512 });
  for (const hash of ["#/files/a1", "#/trust", "#/settings"]) {
    await page.goto(`${gallery.origin}/?world=calm${hash}`);
    await expect(page.getByRole("main")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  }
});

test("the keyboard alone selects, opens the menu, renames and closes", async ({ page }) => {
  const watch = await open(page, "world=calm", "#/files/a1");
  const row = page.getByRole("row", { name: "Brief for the hearing.docx" });
  await row.focus();
  await expect(row).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("1 item selected", { exact: true })).toBeVisible();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("2 items selected", { exact: true })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("F2");
  await expect(page.getByRole("dialog", { name: "Rename" })).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
  await page.getByRole("textbox").fill("a/b");
  await page.keyboard.press("Enter");
  await expect(page.getByText("A name cannot contain")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("the context menu and the toolbar offer the same", async ({ page }) => {
  const watch = await open(page, "world=calm", "#/files/a1");
  await page.getByRole("row", { name: "Notes.md" }).click({ button: "right" });
  const inMenu = await page.getByRole("menuitem").allInnerTexts();
  await expectAccessibleAndAllowed(page, watch);
  await page.keyboard.press("Escape");
  const toolbar = page.getByRole("toolbar", { name: "Actions for the selection" });
  const inToolbar = await toolbar.getByRole("button").allInnerTexts();
  expect(inMenu.map((text) => text.split("\n")[0])).toEqual(inToolbar.filter((text) => text !== ""));
});

test("a folder of thousands keeps only the rows in sight", async ({ page }) => {
  await open(page, "world=many", "#/files/a1");
  const table = page.getByRole("grid");
  await expect(page.getByText("20,000 items")).toBeVisible();
  await expect(table).toHaveAttribute("aria-rowcount", "20001");
  expect(await page.getByRole("row").count()).toBeLessThan(60);
  await page.getByRole("row", { name: "Scan 1.pdf" }).click();
  await page.keyboard.press("Control+End");
  await expect(page.getByRole("row", { name: "Scan 20000.pdf" })).toBeVisible();
});

test("a contradiction interrupts once, then stays as a banner and a page", async ({ page }) => {
  const watch = await open(page, "world=red", "#/files/a1");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.getByText("Writing is paused in “Client Delaunay”")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "New", exact: true })).toHaveCount(0);
  await page.getByRole("link", { name: "See what to do" }).click();
  await expect(page.getByRole("heading", { name: "What it does not tell" })).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
});

test("a period shows its checks, notaries and raw values", async ({ page }) => {
  const watch = await open(page, "world=calm", "#/trust");
  await page.getByRole("row").filter({ hasText: "5 actions of yours" }).first().click();
  const drawer = page.getByRole("complementary");
  await expect(drawer.getByText("Your own actions are in the sealed record, unchanged")).toBeVisible();
  await drawer.getByRole("button", { name: "Technical details" }).click();
  await expect(drawer.getByText("Epoch tree root", { exact: true })).toBeVisible();
  await expectAccessibleAndAllowed(page, watch);
});
