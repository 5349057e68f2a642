import { expect, type Page, test } from "@playwright/test";
import { ALICE, expectNothingHeard, row, textFile, transferTray, watchJourney } from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

let world: ProductWorld;

test.beforeAll(async () => {
  world = await startWorld();
});
test.afterAll(async () => {
  await world.close();
});

test("the main job needs no pointer", async ({ page, context }) => {
  test.setTimeout(60_000);
  // Its dialog cannot be answered by a program; browsers without it have the file input.
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "showOpenFilePicker");
  });
  const watch = await watchJourney(page, world);
  const { keyboard } = page;
  await page.goto(`${world.appOrigin}/`);

  await tabTo(page, "link", "Create an organization");
  await keyboard.press("Enter");
  await expect(page.getByLabel("Organization name")).toBeFocused();
  await keyboard.type(ALICE.organization);
  await tabTo(page, "textbox", "Your name");
  await keyboard.type(ALICE.name);
  for (const label of ["Passphrase for this device", "Passphrase again"]) {
    await tabTo(page, "textbox", label);
    await keyboard.type(ALICE.passphrase);
  }
  await keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
  await tabTo(page, "button", "Later");
  await keyboard.press("Enter");

  await tabTo(page, "button", "New workspace");
  await keyboard.press("Enter");
  await expect(page.getByLabel("Workspace name")).toBeFocused();
  await keyboard.type("Contracts");
  await keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Contracts" })).toBeAttached();

  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "button", "Upload files");
  await keyboard.press("Enter");
  await (await chooser).setFiles([textFile("draft.txt", "words")]);
  await expect(row(page, "draft.txt")).toBeVisible();
  await tabTo(page, "button", "Clear finished");
  await keyboard.press("Enter");
  await expect(transferTray(page)).toHaveCount(0);

  await tabTo(page, "row", "draft.txt");
  await keyboard.press("ArrowDown");
  await keyboard.press("F2");
  await expect(page.getByRole("dialog", { name: "Rename" }).getByRole("textbox")).toBeFocused();
  await keyboard.type("final");
  await keyboard.press("Enter");
  await expect(row(page, "final.txt")).toBeVisible();

  await tabTo(page, "row", "final.txt");
  await keyboard.press("Delete");
  await expect(row(page, "final.txt")).toHaveCount(0);
  await tabTo(page, "button", "Undo");
  await keyboard.press("Enter");
  await expect(row(page, "final.txt")).toBeVisible();
  expectNothingHeard(watch);
});

/** Presses Tab until the element has the focus, as somebody does who sees where the focus is, and sees it. */
async function tabTo(page: Page, role: Parameters<Page["getByRole"]>[0], name: string): Promise<void> {
  const wanted = page.getByRole(role, { name }).first();
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < MAX_TABS; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return expect(wanted).toHaveCSS("outline-style", "solid");
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${role} “${name}” cannot be reached by Tab`);
}

const MAX_TABS = 60;
