import { type Dialog, expect, type Page, test } from "@playwright/test";
import { createBlockGate } from "../support/block-gate.ts";
import {
  createOrganization,
  createWorkspace,
  expectNothingHeard,
  finishTransfers,
  row,
  textFile,
  transferTray,
  upload,
  uploadByInput,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

const gate = createBlockGate();
let world: ProductWorld;

test.beforeAll(async () => {
  world = await startWorld({ decorate: gate.decorate });
});
test.afterAll(async () => {
  await world.close();
});

test("leaving asks only where it would lose something, and a name that was there is not taken in silence", async ({
  page,
}) => {
  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Photos");

  // A plain file cannot be opened again by another page: leaving would end its upload.
  const isHeld = gate.closeAfter(0);
  await uploadByInput(page, [textFile("image.jpg", "first")]);
  await isHeld;
  await expect(transferTray(page)).toBeVisible();
  expect(await answerLeaving(page)).toBe("beforeunload");
  await page.getByRole("button", { name: "Lock this device" }).click();
  const question = page.getByRole("dialog", { name: "Lock now?" });
  await expect(question).toContainText("1 transfer is under way");
  await question.getByRole("button", { name: "Keep going" }).click();
  gate.open();
  await finishTransfers(page);

  // The same name again: a version, said at once, with both ways on.
  await uploadByInput(page, [textFile("image.jpg", "second")]);
  await expect(page.getByText("“image.jpg”: new version saved")).toBeVisible();
  await expect(transferTray(page).getByText("Done · new version")).toBeVisible();
  await page.getByRole("button", { name: "Keep both" }).click();
  await expect(row(page, "image (2).jpg")).toContainText("6 bytes");
  await expect(row(page, "image.jpg")).toContainText("5 bytes");
  await finishTransfers(page);

  await upload(page, "image.jpg", "the third one");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "image.jpg")).toContainText("5 bytes");

  // Sixty at once are one message.
  const many = Array.from({ length: 60 }, (_, number) => textFile(`scan ${number}.txt`, "a"));
  await uploadByInput(page, many);
  await finishTransfers(page);
  await uploadByInput(page, many);
  await expect(page.getByText("60 files: new versions saved")).toBeVisible();
  await expect(page.getByRole("button", { name: "Keep both" })).toHaveCount(1);
  await finishTransfers(page);

  // Nothing is under way: nobody asks, and a lock locks.
  const asked: Dialog[] = [];
  page.on("dialog", (dialog) => asked.push(dialog));
  await page.getByRole("button", { name: "Lock this device" }).click();
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  expect(asked).toEqual([]);
  expectNothingHeard(watch);
});

/** Tries to close the page and stays; answers what kind of question the browser asked. */
async function answerLeaving(page: Page): Promise<string> {
  const [dialog] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
  await dialog.dismiss();
  return dialog.type();
}
