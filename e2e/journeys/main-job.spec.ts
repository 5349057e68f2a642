import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { savedName } from "#client/transfer/download/saved-name.ts";
import { createBlockGate } from "../support/block-gate.ts";
import {
  ALICE,
  confirmRecoveryKit,
  createWorkspace,
  dropOnFiles,
  expectAccessible,
  expectNothingHeard,
  fillOrganization,
  finishTransfers,
  forbidSavePicker,
  goBackTo,
  type JourneyWatch,
  openFolder,
  openWorkspace,
  row,
  saveDownload,
  takePicture,
  transferTray,
  unlock,
  uploadByInput,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";
import { readZip } from "../support/read-zip.ts";
import {
  createSampleTree,
  LARGE_FILE,
  ODD_NAMES,
  type SampleTree,
  SMALL_FILES,
} from "../support/sample-tree.ts";

/** What the product is for, from the first visit on, in one browser profile. */
test.describe.configure({ mode: "serial" });

const UNDER_WAY_BYTES = 4 * 1024 * 1024;
const gate = createBlockGate();
let world: ProductWorld;
let tree: SampleTree;
let context: BrowserContext;
let page: Page;
let watch: JourneyWatch;

test.beforeAll(async ({ browser }) => {
  [world, tree] = await Promise.all([startWorld({ decorate: gate.decorate }), createSampleTree()]);
  context = await browser.newContext();
  await forbidSavePicker(context);
  page = await context.newPage();
  watch = await watchJourney(page, world);
});
test.afterAll(async () => {
  await context.close();
  await Promise.all([world.close(), tree.remove()]);
});
test.afterEach(() => {
  expectNothingHeard(watch);
});

test("creates an organization and keeps the recovery kit", async () => {
  await page.goto(`${world.appOrigin}/`);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "start");
  await page.getByRole("link", { name: "Create an organization" }).click();
  await fillOrganization(page, ALICE);
  await expectAccessible(page);
  await takePicture(page, "create");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("heading", { name: "Keep your recovery kit" })).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "kit");
  await confirmRecoveryKit(page);
  await expect(page.getByText("Your recovery kit is not confirmed yet")).toHaveCount(0);
  await takePicture(page, "files-none");
});

test("takes in a real folder with everything in it", async () => {
  test.setTimeout(120_000);
  await createWorkspace(page, "Client Delaunay");
  await takePicture(page, "files-empty");
  // On a fast machine it would be over before anybody has seen it.
  const isUnderWay = gate.closeAfter(UNDER_WAY_BYTES);
  await dropOnFiles(page, [tree.folder]);
  await isUnderWay;
  const tray = transferTray(page);
  await expect(tray.getByRole("progressbar", { name: "Transfers" })).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await takePicture(page, "files-uploading");
  gate.open();
  await expect(tray.getByRole("heading", { name: `${tree.files.size} files done` })).toBeVisible({
    timeout: 90_000,
  });
  await finishTransfers(page);
  await expect(row(page, "Case Delaunay")).toBeVisible();
});

test("shows it all again after a reload", async () => {
  await page.reload();
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "unlock");
  await unlock(page);
  await openWorkspace(page, "Client Delaunay");
  await openFolder(page, "Case Delaunay");
  await expect(page.getByRole("row").filter({ hasText: LARGE_FILE })).toContainText("42 MB");
  await expect(page.getByRole("row").filter({ hasText: "empty file.txt" })).toContainText("0 bytes");
  await expect(row(page, "empty folder")).toBeVisible();
  await takePicture(page, "files");
  await openFolder(page, "odd names");
  await expect(page.getByText(`${ODD_NAMES.length} items`)).toBeVisible();
  for (const name of ODD_NAMES) await expect(row(page, name)).toHaveCount(1);
  await expectAccessible(page);
  await takePicture(page, "files-odd-names");
  await goBackTo(page, "Case Delaunay");
  await openFolder(page, "scans");
  await openFolder(page, "batch 1");
  await expect(page.getByText(`${SMALL_FILES / 3} items`)).toBeVisible();
});

test("gives a file back byte for byte", async () => {
  await goBackTo(page, "Case Delaunay");
  const download = await saveDownload(page, async () => {
    await row(page, LARGE_FILE).click();
    await page.getByRole("button", { name: "Download" }).click();
  });
  expect(download.name).toBe(LARGE_FILE);
  expect(sha256(await readFile(download.path))).toBe(tree.files.get(LARGE_FILE)?.sha256);
  await finishTransfers(page);
});

test("gives a folder back as a zip, empty folders included", async () => {
  await openWorkspace(page, "Client Delaunay");
  const download = await saveDownload(page, async () => {
    await row(page, "Case Delaunay").click();
    await page.getByRole("button", { name: "Download" }).click();
  });
  expect(download.name).toBe("Case Delaunay.zip");
  const zip = readZip(await readFile(download.path));
  const files = new Map<string, string>();
  const folders: string[] = [];
  for (const [name, bytes] of zip) {
    const inner = name.replace(/^Case Delaunay\//, "");
    if (name.endsWith("/")) folders.push(inner.slice(0, -1));
    else files.set(inner, sha256(bytes));
  }
  const expected = [...tree.files].map(([name, { sha256 }]) => [savedPath(name), sha256]);
  expect([...files].toSorted()).toEqual(expected.toSorted());
  expect(folders).toEqual(expect.arrayContaining(["empty folder", "deep/empty too"]));
  await finishTransfers(page);
});

test("makes, renames, moves and deletes, and undoes", async () => {
  await page.keyboard.press("n");
  await page.getByLabel("Folder name").fill("Archive");
  await page.keyboard.press("Enter");
  await expect(row(page, "Archive")).toBeVisible();

  await uploadByInput(page, [textFile("draft.txt", "first words")]);
  await finishTransfers(page);
  await row(page, "draft.txt").click();
  await page.keyboard.press("F2");
  const dialog = page.getByRole("dialog", { name: "Rename" });
  await expectAccessible(page);
  await dialog.getByRole("textbox").fill("letter.txt");
  await page.keyboard.press("Enter");
  await expect(row(page, "letter.txt")).toBeVisible();
  await expect(row(page, "draft.txt")).toHaveCount(0);

  await row(page, "letter.txt").click();
  await page.getByRole("button", { name: "Move to…" }).click();
  const move = page.getByRole("dialog", { name: /^Move “letter.txt”/ });
  await move.getByRole("row", { name: "Archive" }).click();
  await expectAccessible(page);
  await takePicture(page, "files-move");
  await move.getByRole("button", { name: "Move here" }).click();
  await expect(row(page, "letter.txt")).toHaveCount(0);
  await openFolder(page, "Archive");
  await expect(row(page, "letter.txt")).toBeVisible();

  await row(page, "letter.txt").click();
  await page.keyboard.press("Delete");
  await expect(page.getByText("“letter.txt” moved to trash")).toBeVisible();
  await expect(row(page, "letter.txt")).toHaveCount(0);
  await page
    .getByText("“letter.txt” moved to trash")
    .locator("..")
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(row(page, "letter.txt")).toBeVisible();
});

test("previews a text, an image and a document", async ({ browser }) => {
  const studio = await browser.newPage({ viewport: { width: 300, height: 200 } });
  await studio.setContent("<h1>Exhibit A</h1>");
  const [image, pdf] = [await studio.screenshot(), await studio.pdf()];
  await studio.close();
  await uploadByInput(page, [
    { name: "exhibit.png", mimeType: "image/png", buffer: image },
    { name: "exhibit.pdf", mimeType: "application/pdf", buffer: pdf },
  ]);
  await finishTransfers(page);
  const frame = page.frameLocator("iframe[title^='Preview of']");

  await row(page, "letter.txt").click();
  await page.keyboard.press(" ");
  await expect(frame.getByText("first words")).toBeVisible();
  await closePreview();

  await row(page, "exhibit.png").click();
  await page.keyboard.press(" ");
  await expect(frame.getByRole("img")).toBeVisible();
  expect(await frame.getByRole("img").evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(300);
  await takePicture(page, "files-preview");
  await closePreview();

  await row(page, "exhibit.pdf").click();
  await page.keyboard.press(" ");
  await expect(frame.locator("canvas").first()).toBeVisible();
  await takePicture(page, "files-preview-pdf");
  await closePreview();
});

test("keeps versions and brings an earlier one back", async () => {
  await uploadByInput(page, [textFile("letter.txt", "second words, and more of them")]);
  await finishTransfers(page);
  await row(page, "letter.txt").click();
  await page.getByRole("button", { name: "Details" }).click();
  const drawer = page.getByRole("complementary", { name: "letter.txt" });
  await drawer.getByRole("tab", { name: "Versions" }).click();
  await expect(drawer.getByRole("listitem")).toHaveCount(2);
  await expectAccessible(page);
  await takePicture(page, "files-versions");
  await drawer.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText(/^Version \d+ is current again$/)).toBeVisible();
  await expect(drawer.getByRole("listitem")).toHaveCount(3);
  await row(page, "letter.txt").click();
  await page.keyboard.press(" ");
  const frame = page.frameLocator("iframe[title^='Preview of']");
  await expect(frame.getByText("first words", { exact: true })).toBeVisible();
  await closePreview();
});

test("locks, and opens to the right passphrase only", async () => {
  await page.getByRole("button", { name: "Lock this device" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill("lantern gravel sonnet walnuts");
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByText("This passphrase does not open this device.")).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "unlock-wrong");
  await unlock(page);
  await openWorkspace(page, "Client Delaunay");
  await openFolder(page, "Archive");
  await expect(row(page, "letter.txt")).toBeVisible();
});

/** As it is saved: without what some system would refuse. */
function savedPath(name: string): string {
  return name.split("/").map(savedName).join("/");
}

async function closePreview(): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

function textFile(name: string, text: string) {
  return { name, mimeType: "text/plain", buffer: Buffer.from(text) };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
