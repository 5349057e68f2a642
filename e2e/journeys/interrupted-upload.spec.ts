import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { createBlockGate } from "../support/block-gate.ts";
import {
  createOrganization,
  createWorkspace,
  dropOnFiles,
  expectNothingHeard,
  finishTransfers,
  forbidSavePicker,
  openWorkspace,
  row,
  saveDownload,
  transferTray,
  unlock,
  watchJourney,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

const MIB = 1024 * 1024;
const SIZE_BYTES = 48 * MIB;
/** More than half of the file, and more than may be under way. */
const BYTES_BEFORE_KILL = 28 * MIB;
/** Four requests of at most 6 MiB may be under way when the tab dies; nobody can know whether they arrived. */
const UNDER_WAY_BYTES = 4 * 6 * MIB;
const gate = createBlockGate();
let world: ProductWorld;
let folder: string;
let file: string;
let content: Buffer;

test.beforeAll(async () => {
  world = await startWorld({ decorate: gate.decorate });
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-upload-"));
  file = path.join(folder, "recording.wav");
  content = randomBytes(SIZE_BYTES);
  await writeFile(file, content);
});
test.afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test("an upload that is cancelled in the middle leaves nothing behind", async ({ page }) => {
  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Recordings");
  const isHalfWay = gate.closeAfter(12 * MIB);
  await dropOnFiles(page, [file]);
  await isHalfWay;
  const tray = transferTray(page);
  await tray.getByRole("button", { name: "Pause all" }).click();
  await expect(tray.getByText("Paused").first()).toBeVisible();
  await tray.getByRole("button", { name: "Resume all" }).click();
  await tray.getByRole("button", { name: "Cancel recording.wav" }).click();
  await expect(tray.getByText("Cancelled")).toBeVisible();
  gate.open();
  await page.reload();
  await unlock(page);
  await openWorkspace(page, "Recordings");
  await expect(page.getByText("This folder is empty")).toBeVisible();
  await expect(tray).toHaveCount(0);
  expectNothingHeard(watch);
});

test("an upload whose tab was killed goes on after unlocking, where it was", async ({ browser }) => {
  const context = await browser.newContext();
  const receivedBefore = gate.receivedBytes();
  await killHalfWay(context);
  expect(gate.receivedBytes() - receivedBefore).toBeGreaterThan(UNDER_WAY_BYTES);
  const second = await context.newPage();
  const watch = await watchJourney(second, world);
  const saved = await goOn(second);
  // What had arrived before is not sent again.
  const sentBytes = gate.receivedBytes() - receivedBefore;
  expect(sentBytes).toBeLessThan(SIZE_BYTES + UNDER_WAY_BYTES);
  expect(sha256(saved)).toBe(sha256(content));
  expectNothingHeard(watch);
  await context.close();
});

test("a file that became another one of the same size and date meanwhile is sent as it is", async ({
  browser,
}) => {
  const context = await browser.newContext();
  await killHalfWay(context);
  const other = randomBytes(SIZE_BYTES);
  const { atime, mtime } = await stat(file);
  await writeFile(file, other);
  await utimes(file, atime, mtime);
  const second = await context.newPage();
  const watch = await watchJourney(second, world);
  expect(sha256(await goOn(second))).toBe(sha256(other));
  expectNothingHeard(watch);
  await context.close();
});

/** A page that dies when more than half of the file has arrived. */
async function killHalfWay(context: BrowserContext): Promise<void> {
  await forbidSavePicker(context);
  // The browser takes back what it allowed to a page when the last one of its origin is gone.
  await (await context.newPage()).goto(`${world.appOrigin}/verify/`);
  const first = await context.newPage();
  await createOrganization(first, world);
  await createWorkspace(first, "Recordings");
  const isHalfWay = gate.closeAfter(BYTES_BEFORE_KILL);
  await dropOnFiles(first, [file]);
  await isHalfWay;
  await kill(context, first);
  gate.open();
}

/** Unlocks, waits for the end of the upload, and answers with what a download of it gives. */
async function goOn(page: Page): Promise<Buffer> {
  await page.goto(`${world.appOrigin}/`);
  await unlock(page);
  await openWorkspace(page, "Recordings");
  await finishTransfers(page);
  await expect(row(page, "recording.wav")).toBeVisible();
  const download = await saveDownload(page, async () => {
    await row(page, "recording.wav").click();
    await page.getByRole("button", { name: "Download" }).click();
  });
  return readFile(download.path);
}

/** The whole renderer goes at once, as when it runs out of memory: no page is asked to finish anything. */
async function kill(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
