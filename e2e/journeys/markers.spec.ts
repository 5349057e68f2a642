import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, expect, type Page, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  dropOnFiles,
  expectNothingHeard,
  finishTransfers,
  openFolder,
  type Person,
  row,
  unlock,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

/** Strings that exist nowhere else in the world, and that no compression can shorten. */
const marker = () => randomBytes(12).toString("hex");
const person: Person = {
  organization: `Org ${marker()}`,
  name: `User ${marker()}`,
  device: `Device ${marker()}`,
  passphrase: `pass ${marker()} ${marker()}`,
};
const secrets = {
  ...person,
  workspace: `Workspace ${marker()}`,
  folder: `Folder ${marker()}`,
  file: `File ${marker()}.txt`,
  renamed: `Renamed ${marker()}.txt`,
  content: marker(),
};

let world: ProductWorld;
let folder: string;

test.beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-markers-"));
});
test.afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test("nothing that was typed, named or uploaded is readable on either disk", async () => {
  test.setTimeout(120_000);
  const profile = path.join(folder, "profile");
  const { launchOptions } = test.info().project.use;
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions });
  const page = await context.newPage();
  const watch = await watchJourney(page, world);
  await workWithMarkers(page);
  // While it is still in use, as it would lie on a stolen disk, and after the browser has written all it wanted.
  const duringUse = await findMarkers(profile);
  await page.getByRole("button", { name: "Lock this device" }).click();
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  await context.close();
  // Chromium notes which folders an open page may read, and forgets it with the last page: where the folder lies on
  // this very disk, which no page can prevent.
  expect(duringUse.filter((found) => found !== "folder in Default/Preferences")).toEqual([]);
  expect(await findMarkers(profile)).toEqual([]);
  expect(await findMarkers(world.dataDir)).toEqual([]);
  expectNothingHeard(watch);
});

test("the search finds what is there", async () => {
  const plain = path.join(folder, "plain");
  await mkdir(plain);
  await writeFile(path.join(plain, "utf8"), `before ${secrets.content} after`);
  await writeFile(path.join(plain, "utf16"), Buffer.from(`x${secrets.folder}`, "utf16le"));
  await writeFile(path.join(plain, secrets.file), "");
  expect((await findMarkers(plain)).toSorted()).toEqual(
    [`content in utf8`, `file in ${secrets.file}`, `folder in utf16`].toSorted(),
  );
});

async function workWithMarkers(page: Page): Promise<void> {
  await createOrganization(page, world, person);
  await createWorkspace(page, secrets.workspace);
  const source = path.join(folder, secrets.folder);
  await mkdir(source);
  await writeFile(path.join(source, secrets.file), `${secrets.content}\n`);
  await dropOnFiles(page, [source]);
  await finishTransfers(page);
  await openFolder(page, secrets.folder);
  await row(page, secrets.file).click();
  await page.keyboard.press(" ");
  const frame = page.frameLocator("iframe[title^='Preview of']");
  await expect(frame.getByText(secrets.content)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await row(page, secrets.file).click();
  await page.keyboard.press("F2");
  await page.getByRole("textbox").fill(secrets.renamed);
  await page.keyboard.press("Enter");
  await expect(row(page, secrets.renamed)).toBeVisible();
  await page.reload();
  await unlock(page, person.passphrase);
  await expect(row(page, secrets.renamed)).toBeVisible();
}

async function findMarkers(below: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(below, { recursive: true, withFileTypes: true })) {
    const location = path.relative(below, path.join(entry.parentPath, entry.name));
    const bytes = entry.isFile() ? await readFile(path.join(below, location)) : Buffer.alloc(0);
    for (const [name, secret] of Object.entries(secrets)) {
      const isInside = bytes.includes(secret) || bytes.includes(Buffer.from(secret, "utf16le"));
      if (isInside || location.includes(secret)) found.push(`${name} in ${location}`);
    }
  }
  return found;
}
