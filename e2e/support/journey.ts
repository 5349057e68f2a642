import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type { ProductWorld } from "./product-world.ts";
import { type PageWatch, watchPage } from "./watch.ts";

/** What must stay empty during every journey with the product. */
export interface JourneyWatch extends PageWatch {
  readonly consoleErrors: readonly string[];
}

/** Call before the first `goto`. */
export async function watchJourney(page: Page, world: ProductWorld): Promise<JourneyWatch> {
  const consoleErrors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(`${message.text()} ${message.location().url}`);
  });
  return { ...(await watchPage(page, [world.appOrigin, world.apiOrigin])), consoleErrors };
}

export function expectNothingHeard(watch: JourneyWatch): void {
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [], consoleErrors: [] });
}

/** While the server is away the browser itself writes down each connection that it could not make. */
export function expectOnlyLostConnections({ consoleErrors, ...rest }: JourneyWatch): void {
  expect(rest).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
  expect(
    consoleErrors.filter((text) => !/net::ERR_(CONNECTION|EMPTY|INCOMPLETE|NETWORK)/.test(text)),
  ).toEqual([]);
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

/** A picture for people to look at, in test-results/screens. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(test.info().project.outputDir, "screens", `${name}.png`) });
}

export interface Person {
  readonly organization: string;
  readonly name: string;
  readonly device: string;
  readonly passphrase: string;
}

export const ALICE: Person = {
  organization: "Marchetti and Partners",
  name: "Alice Marchetti",
  device: "Office laptop",
  passphrase: "lantern gravel sonnet walnut",
};

/** From an empty device to Files: keys, the kit kept and confirmed. */
export async function createOrganization(page: Page, world: ProductWorld, person = ALICE): Promise<void> {
  await page.goto(`${world.appOrigin}/`);
  await page.getByRole("link", { name: "Create an organization" }).click();
  await fillOrganization(page, person);
  await page.getByRole("button", { name: "Create organization" }).click();
  await confirmRecoveryKit(page);
}

export async function fillOrganization(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Organization name").fill(person.organization);
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("Name of this device").fill(person.device);
  await page.getByLabel("Passphrase for this device").fill(person.passphrase);
  await page.getByLabel("Passphrase again").fill(person.passphrase);
}

/** Copies the word that is asked for from the kit, as a person would from paper. */
export async function confirmRecoveryKit(page: Page): Promise<void> {
  const kit = page.getByRole("region", { name: "Your recovery words" });
  await expect(kit.getByRole("listitem")).toHaveCount(24);
  const words = await kit.getByRole("listitem").allInnerTexts();
  await page.getByRole("button", { name: "I have written it down" }).click();
  const label = await page.getByRole("textbox", { name: /^Word \d+$/ }).getAttribute("aria-label");
  const asked = label ?? (await page.getByText(/^Word \d+$/).innerText());
  const position = Number(/\d+/.exec(asked)?.[0]) - 1;
  const word = words[position]?.split(/\s+/).at(-1) ?? "";
  await page.getByRole("textbox").fill(word);
  await page.getByRole("button", { name: "Open my files" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
}

export async function createWorkspace(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New workspace" }).first().click();
  await page.getByLabel("Workspace name").fill(name);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeAttached();
  // While it fades out it still takes whatever is dropped.
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

export async function unlock(page: Page, passphrase = ALICE.passphrase): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
}

/** Drops real files and folders of this machine onto the list, as a file manager does. */
export async function dropOnFiles(page: Page, paths: readonly string[]): Promise<void> {
  const box = await page.getByRole("main").boundingBox();
  if (box === null) throw new Error("nothing to drop on");
  const session = await page.context().newCDPSession(page);
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, ...place, data });
  }
  await session.detach();
}

/** By the hidden input of browsers without pickers. */
export async function uploadByInput(page: Page, files: Parameters<Page["setInputFiles"]>[1]): Promise<void> {
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(files);
}

export function transferTray(page: Page) {
  return page.getByRole("region", { name: "Transfers" });
}

/** Waits until everything in the tray is done, then clears it. */
export async function finishTransfers(page: Page, timeoutMs = 60_000): Promise<void> {
  const tray = transferTray(page);
  await expect(tray.getByRole("heading", { name: /files? done$/ })).toBeVisible({ timeout: timeoutMs });
  await tray.getByRole("button", { name: "Clear finished" }).click();
  await expect(tray).toHaveCount(0);
}

/** A row of the list, which begins with the handle for dragging by keyboard. */
export function row(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
}

export async function openFolder(page: Page, name: string): Promise<void> {
  await row(page, name).dblclick();
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeAttached();
}

/** Its picker cannot be answered by a program: downloads then go the way of browsers without one. */
export async function forbidSavePicker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "showSaveFilePicker");
  });
}

/** What the browser's own download brought to this machine's disk. */
export async function saveDownload(
  page: Page,
  start: () => Promise<void>,
): Promise<{ readonly name: string; readonly path: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), start()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

export async function openWorkspace(page: Page, name: string): Promise<void> {
  await page.getByRole("region", { name: "Workspaces" }).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeAttached();
}

/** To a folder above, by the path over the list. */
export async function goBackTo(page: Page, name: string): Promise<void> {
  await page.getByRole("list", { name: "Folder path" }).getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeAttached();
}

export function statusLine(page: Page) {
  return page.getByRole("region", { name: "State of checking" });
}

/** The seal of what was done last has been checked. Seals come by themselves, see `startWorld`. */
export async function expectChecked(page: Page): Promise<void> {
  // The device checks at the word of a seal, and within ten seconds of the server's return after an outage.
  await expect(statusLine(page)).toContainText("Checked up to", { timeout: 40_000 });
}

export function textFile(name: string, text: string) {
  return { name, mimeType: "text/plain", buffer: Buffer.from(text) };
}

export async function upload(page: Page, name: string, text: string): Promise<void> {
  await uploadByInput(page, [textFile(name, text)]);
  await finishTransfers(page);
  await expect(row(page, name)).toBeVisible();
}
