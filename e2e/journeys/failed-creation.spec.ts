import { expect, test } from "@playwright/test";
import {
  ALICE,
  confirmRecoveryKit,
  expectAccessible,
  expectOnlyLostConnections,
  fillOrganization,
  takePicture,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

let world: ProductWorld;

test.beforeAll(async () => {
  world = await startWorld();
});
test.afterAll(() => world.close());

test("a creation that fails leaves the form as it was typed, with the reason, and can be tried again", async ({
  page,
}) => {
  const watch = await watchJourney(page, world);
  await page.goto(`${world.appOrigin}/`);
  await page.getByRole("link", { name: "Create an organization" }).click();
  await fillOrganization(page, ALICE);
  await world.stopServer();
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByText("The organization could not be created.")).toBeVisible();
  await expect(page.getByText("The server does not answer.")).toBeVisible();
  await expect(page.getByLabel("Organization name")).toHaveValue(ALICE.organization);
  await expect(page.getByLabel("Passphrase for this device")).toHaveValue(ALICE.passphrase);
  await expect(page.getByText("Welcome back")).toHaveCount(0);
  await expectAccessible(page);
  await takePicture(page, "creation-failed");
  // Nor does a new start of the app find a device that nobody could unlock.
  const other = await page.context().newPage();
  await other.goto(`${world.appOrigin}/`);
  await expect(other.getByRole("link", { name: "Create an organization" })).toBeVisible();
  await other.close();

  await world.startServer();
  await page.getByRole("button", { name: "Create organization" }).click();
  await confirmRecoveryKit(page);
  expectOnlyLostConnections(watch);
});
