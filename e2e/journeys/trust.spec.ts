import { expect, type Page, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  expectAccessible,
  expectChecked,
  expectNothingHeard,
  expectOnlyLostConnections,
  type JourneyWatch,
  openWorkspace,
  row,
  statusLine,
  takePicture,
  unlock,
  upload,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

/** What a person sees of the checks, and that they outlive the server's process. */
test.describe.configure({ mode: "serial" });

let world: ProductWorld;
let page: Page;
let watch: JourneyWatch;

test.beforeAll(async ({ browser }) => {
  world = await startWorld();
  page = await (await browser.newContext()).newPage();
  watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Contracts");
});
test.afterAll(async () => {
  await page.context().close();
  await world.close();
});

test("says that a fresh upload waits for its seal, then that it is checked", async () => {
  await upload(page, "offer.txt", "ten thousand");
  await expectChecked(page);
  await expect(statusLine(page)).toContainText("4 of 4 notaries");
  expectNothingHeard(watch);
});

test("shows the checked periods, and each check of one", async () => {
  await statusLine(page).getByRole("link").click();
  await expect(page.getByText(/^Everything the server told this device up to/)).toBeVisible();
  await expect(page.getByRole("img", { name: /periods/ })).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "trust-checked");
  const checked = page
    .getByRole("row")
    .filter({ hasText: "Checked" })
    .filter({ hasText: /actions? of yours/ });
  await checked.first().click();
  const drawer = page.getByRole("complementary");
  for (const words of [
    "Your own actions are in the sealed record, unchanged",
    "The seal is on the public ledger",
    "No period was skipped",
  ]) {
    const check = drawer.getByRole("listitem").filter({ hasText: words }).first();
    await expect(check).toContainText("Passed");
  }
  await expect(drawer.getByText("Uploaded offer.txt")).toBeVisible();
  await drawer.getByRole("button", { name: "Technical details" }).click();
  await expect(drawer.getByText("Epoch tree root", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "trust-period");
  expectNothingHeard(watch);
});

test("says of each file how far the record of it was checked, and reads it only once", async () => {
  await openWorkspace(page, "Contracts");
  const appended: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/v1/append")) appended.push(request.url());
  });
  await row(page, "offer.txt").click();
  await page.getByRole("button", { name: "Details" }).click();
  const drawer = page.getByRole("complementary", { name: "offer.txt" });
  await expect(drawer.getByText("In the record, sealed and checked")).toBeVisible();
  // The reading itself is sealed; an open drawer does not take that for news.
  await expect.poll(() => appended.length).toBe(1);
  await world.sealNow();
  await expectChecked(page);
  await world.sealNow();
  expect(appended).toHaveLength(1);
  expectNothingHeard(watch);
});

test("loses nothing when the server is started anew, and checks on", async () => {
  await world.stopServer();
  await world.startServer();
  await page.reload();
  await unlock(page);
  await openWorkspace(page, "Contracts");
  await expect(row(page, "offer.txt")).toBeVisible();
  await upload(page, "answer.txt", "nine thousand");
  await expectChecked(page);
  await page.reload();
  await unlock(page);
  await expect(row(page, "answer.txt")).toBeVisible();
  await expect(row(page, "offer.txt")).toBeVisible();
  await expectChecked(page);
  expectOnlyLostConnections(watch);
});
