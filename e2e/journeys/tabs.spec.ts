import { expect, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  expectChecked,
  expectNothingHeard,
  openWorkspace,
  row,
  statusLine,
  unlock,
  upload,
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

test("two tabs of one device work side by side, and lock together", async ({ context }) => {
  test.setTimeout(90_000);
  const first = await context.newPage();
  const watchFirst = await watchJourney(first, world);
  await createOrganization(first, world);
  await createWorkspace(first, "Shared desk");

  const second = await context.newPage();
  const watchSecond = await watchJourney(second, world);
  await second.goto(`${world.appOrigin}/`);
  await unlock(second);
  await openWorkspace(second, "Shared desk");

  await Promise.all([upload(first, "from the first.txt", "1"), upload(second, "from the second.txt", "2")]);
  for (const page of [first, second]) {
    await expect(row(page, "from the first.txt")).toBeVisible();
    await expect(row(page, "from the second.txt")).toBeVisible();
  }
  await row(first, "from the second.txt").click();
  await first.keyboard.press("F2");
  await first.getByRole("textbox").fill("renamed in the first.txt");
  await first.keyboard.press("Enter");
  await expect(row(second, "renamed in the first.txt")).toBeVisible();
  // What a dialog was opened for goes away in another tab: it says so, and does nothing else.
  await row(first, "from the first.txt").click();
  await first.keyboard.press("F2");
  await row(second, "from the first.txt").click();
  await second.keyboard.press("Delete");
  const rename = first.getByRole("dialog", { name: "Rename" });
  await expect(rename.getByText("“from the first.txt” is no longer in this folder.")).toBeVisible();
  await expect(rename.getByRole("button", { name: "Rename" })).toBeDisabled();
  await first.keyboard.press("Escape");
  await expect(row(first, "from the first.txt")).toHaveCount(0);

  for (const page of [first, second]) {
    await expectChecked(page);
    await expect(statusLine(page)).not.toContainText(/Needs attention|does not match/);
  }

  // The tab that led is gone: the other one takes over.
  await first.close();
  await upload(second, "after the first.txt", "3");
  await expectChecked(second);

  const third = await context.newPage();
  const watchThird = await watchJourney(third, world);
  await third.goto(`${world.appOrigin}/`);
  await unlock(third);
  await openWorkspace(third, "Shared desk");
  await expect(row(third, "after the first.txt")).toBeVisible();
  await third.getByRole("button", { name: "Lock this device" }).click();
  for (const page of [second, third]) {
    await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  }
  for (const watch of [watchFirst, watchSecond, watchThird]) expectNothingHeard(watch);
});
