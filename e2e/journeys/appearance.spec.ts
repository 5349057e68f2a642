import { expect, type Page, test } from "@playwright/test";
import {
  ALICE,
  createOrganization,
  createWorkspace,
  expectAccessible,
  expectChecked,
  expectNothingHeard,
  takePicture,
  textFile,
  uploadByInput,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

/** The same device on a phone, in the dark and in French: nothing overflows, everything is accessible. */
let world: ProductWorld;

test.beforeAll(async () => {
  world = await startWorld();
});
test.afterAll(async () => {
  await world.close();
});

const LONG_NAME = `Protocole d’accord ${"très ".repeat(30)}long.pdf`;

test("Files and Trust fit a phone, a dark room and French", async ({ page }) => {
  test.setTimeout(60_000);
  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Succession Delaunay");
  await uploadByInput(page, [textFile(LONG_NAME, "a"), textFile("notes.md", "b"), textFile("plan.png", "c")]);
  await expect(page.getByRole("heading", { name: "3 files done" })).toBeVisible();
  await page.getByRole("button", { name: "Clear finished" }).click();
  await expectChecked(page);

  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "files-dark");
  await page.getByRole("link", { name: "Trust", exact: true }).click();
  await expect(page.getByRole("img", { name: /periods/ })).toBeVisible();
  await look(page, "trust-dark");

  await page.getByRole("link", { name: "Settings" }).click();
  await look(page, "settings-dark");
  await page.getByRole("radio", { name: "Français" }).click();
  await expect(page.getByRole("heading", { name: "Réglages" })).toBeVisible();
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("link", { name: "Confiance", exact: true }).click();
  await expect(page.getByRole("img", { name: /périodes/ })).toBeVisible();
  await look(page, "trust-french");

  await page.setViewportSize({ width: 390, height: 844 });
  await look(page, "trust-phone");
  await page.getByRole("row").filter({ hasText: "Vérifié" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page, "trust-period-phone");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Fichiers" }).click();
  await look(page, "workspaces-phone");
  await page.getByRole("link", { name: "Succession Delaunay" }).click();
  await expect(page.getByText(LONG_NAME)).toBeVisible();
  await look(page, "files-phone");

  await page.reload();
  await expect(page.getByRole("heading", { name: "Content de vous revoir" })).toBeVisible();
  await look(page, "unlock-phone");
  await page.getByRole("textbox").fill(ALICE.passphrase);
  await page.keyboard.press("Enter");
  await expect(page.getByText(LONG_NAME)).toBeVisible();
  expectNothingHeard(watch);
});

async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  await takePicture(page, name);
  const { width } = page.viewportSize() ?? { width: 0 };
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
}
