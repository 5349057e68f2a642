import { expect, type Page, test } from "@playwright/test";
import { type RunningGallery, startGallery } from "../support/gallery/serve.ts";
import { watchPage } from "../support/watch.ts";

/** What lies over a folder, and the browser's buttons: each closes or leaves one thing, and nothing acts elsewhere. */
let gallery: RunningGallery;

test.beforeAll(async () => {
  gallery = await startGallery();
});
test.afterAll(async () => {
  await gallery.close();
});

const FILE = "Brief for the hearing.docx";

test("back closes the topmost layer and never moves the folder under it; forward reopens nothing", async ({
  page,
}) => {
  const watch = await watchPage(page, [gallery.origin]);
  await openInner(page);
  const dialog = page.getByRole("dialog", { name: "Rename" });

  await page.getByRole("row", { name: FILE }).click();
  await page.keyboard.press("F2");
  await dialog.getByRole("textbox").fill("another name.docx");
  await page.goBack();
  await expect(dialog).toHaveCount(0);
  await expectFolder(page, "Evidence");
  await page.goForward();
  await expect(dialog).toHaveCount(0);
  await expectFolder(page, "Evidence");

  // A drawer, a dialog over it, a menu over nothing: one press each.
  await page.getByRole("row", { name: FILE }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Details" }).click();
  const drawer = page.getByRole("complementary", { name: FILE });
  await expect(drawer).toBeVisible();
  await page.getByRole("row", { name: FILE }).click();
  await page.keyboard.press("F2");
  await expect(dialog).toBeVisible();
  await page.goBack();
  await expect(dialog).toHaveCount(0);
  await expect(drawer).toBeVisible();
  await page.getByRole("row", { name: FILE }).click({ button: "right" });
  await expect(page.getByRole("menu")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.goBack();
  await expect(drawer).toHaveCount(0);
  await expectFolder(page, "Evidence");

  // Closed by hand it leaves nothing for "back" to close.
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expectFolder(page, "Client Delaunay");
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
});

test("another address closes what was open for the one before", async ({ page }) => {
  await openInner(page);
  await page.getByRole("row", { name: FILE }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Details" }).click();
  await expect(page.getByRole("complementary", { name: FILE })).toBeVisible();
  await page.getByRole("link", { name: "Office" }).click();
  await expectFolder(page, "Office");
  await expect(page.getByRole("complementary")).toHaveCount(0);
  await page.goBack();
  await expectFolder(page, "Evidence");
  await expect(page.getByRole("complementary")).toHaveCount(0);
  await page.goForward();
  await expectFolder(page, "Office");
});

test("a reload in a dialog opens the folder without it", async ({ page }) => {
  await openInner(page);
  await page.getByRole("row", { name: FILE }).click();
  await page.keyboard.press("F2");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.reload();
  await expectFolder(page, "Evidence");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expectFolder(page, "Client Delaunay");
});

test("on a phone back ends the selection before it leaves the folder", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openInner(page);
  const row = page.getByRole("row", { name: FILE });
  await row.focus();
  await page.keyboard.press(" ");
  await expect(page.getByText("1 item selected", { exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByText("1 item selected", { exact: true })).toHaveCount(0);
  await expectFolder(page, "Evidence");
  await page.goBack();
  await expectFolder(page, "Client Delaunay");
});

async function openInner(page: Page): Promise<void> {
  await page.goto(`${gallery.origin}/?world=calm#/files/a1`);
  await expectFolder(page, "Client Delaunay");
  await page.evaluate(() => {
    location.hash = "#/files/a1/Evidence";
  });
  await expectFolder(page, "Evidence");
  await expect(page.getByRole("row", { name: FILE })).toBeVisible();
}

async function expectFolder(page: Page, name: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeAttached();
}
