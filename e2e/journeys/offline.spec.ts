import { expect, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  expectAccessible,
  expectChecked,
  expectOnlyLostConnections,
  finishTransfers,
  openWorkspace,
  row,
  statusLine,
  takePicture,
  textFile,
  transferTray,
  unlock,
  upload,
  uploadByInput,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

let world: ProductWorld;

test.beforeAll(async () => {
  world = await startWorld();
});
test.afterAll(async () => {
  await world.close();
});

test("the server goes away and comes back: work waits, and goes on by itself", async ({ page }) => {
  test.setTimeout(180_000);
  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Field notes");
  await upload(page, "before.txt", "online");
  await expectChecked(page);

  await world.stopServer();
  await page.keyboard.press("n");
  await page.getByLabel("Folder name").fill("Made offline");
  await page.keyboard.press("Enter");
  await expect(row(page, "Made offline")).toBeVisible();
  await expect(row(page, "Made offline")).toContainText("Waiting");
  await expect(page.getByText("You are offline.")).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "files-offline");

  await page.getByRole("link", { name: "Trust", exact: true }).click();
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(statusLine(page)).toContainText("Not checked since", { timeout: 30_000 });
  await expect(page.getByText(/^This device could not check since/)).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "trust-stale");

  // What was opened before stays readable, also after unlocking without a server.
  await page.getByRole("button", { name: "Lock this device" }).click();
  await unlock(page);
  await openWorkspace(page, "Field notes");
  await expect(row(page, "before.txt")).toBeVisible();
  await expect(row(page, "Made offline")).toBeVisible();

  await uploadByInput(page, [textFile("during.txt", "offline")]);
  await expect(transferTray(page).getByText("during.txt")).toBeVisible();

  await world.startServer();
  await expect(page.getByText("You are offline.")).toHaveCount(0, { timeout: 30_000 });
  await expect(row(page, "Made offline")).not.toContainText("Waiting", { timeout: 30_000 });
  await finishTransfers(page);
  await expect(row(page, "during.txt")).toBeVisible();
  await expectChecked(page);
  expectOnlyLostConnections(watch);
});
