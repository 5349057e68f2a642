import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  dropOnFiles,
  expectAccessible,
  expectNothingHeard,
  row,
  takePicture,
  transferTray,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";
import { textPdf } from "../support/sample-pdf.ts";

let world: ProductWorld;
let folder: string;

test.beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-odd-"));
});
test.afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test("what cannot be sent of a drop is named, and the rest arrives", async ({ page }) => {
  const tree = path.join(folder, "archive");
  await mkdir(path.join(tree, "letters"), { recursive: true });
  await mkdir(path.join(tree, "empty"));
  await writeFile(path.join(tree, "letters", "one.txt"), "one");
  await writeFile(path.join(tree, "nothing.txt"), "");
  // Bytes that are no text in any encoding of today's systems: a disk of the nineties.
  await writeFile(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xe9, 0x74, 0xe9])]), "été");
  await mkdir(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x64, 0xe9, 0x66])]));
  const real = path.join(folder, "real.txt");
  await writeFile(real, "real");
  const link = path.join(folder, "link.txt");
  await symlink(real, link);
  const gone = path.join(folder, "gone.txt");

  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Odd things");
  await dropOnFiles(page, [gone, link, tree, real]);
  const tray = transferTray(page);
  const rowOf = (name: string) => tray.getByRole("listitem").filter({ hasText: name });
  await expect(rowOf("gone.txt")).toContainText("not there on this device any more");
  await expect(rowOf("link.txt")).toContainText("This is a link");
  await expect(rowOf("archive").filter({ hasText: "name that your browser cannot read" })).toHaveCount(1);
  await expect(row(page, "real.txt")).toBeVisible();
  await expect(row(page, "archive")).toBeVisible();
  await takePicture(page, "odd-drops");
  await row(page, "archive").dblclick();
  for (const name of ["empty", "letters", "nothing.txt"]) await expect(row(page, name)).toBeVisible();
  await expectAccessible(page);
  expectNothingHeard(watch);
});

test("a document is shown in a dialog of the app, with its pages", async ({ page }) => {
  const file = path.join(folder, "contract.pdf");
  await writeFile(file, textPdf());
  await createOrganization(page, world);
  await createWorkspace(page, "Papers");
  await dropOnFiles(page, [file]);
  await row(page, "contract.pdf").dblclick();
  const frame = page.frameLocator("iframe");
  await expect(frame.locator("canvas")).toHaveCount(1);
  await expect(frame.locator(".counter")).toHaveText("Page 1 of 1");
  await takePicture(page, "preview-document");
});
