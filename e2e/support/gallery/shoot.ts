import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium, type Page } from "@playwright/test";
import { startGallery } from "./serve.ts";
import { NOW } from "./worlds.ts";

/**
 * Pictures of every screen, for a person to look at: `npx tsx e2e/support/gallery/shoot.ts [pattern of names]`.
 * They land in test-results/gallery.
 */
const outDir = path.resolve(import.meta.dirname, "../../../test-results/gallery");
const only = new RegExp(process.argv[2] ?? "");
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

interface Shot {
  readonly name: string;
  readonly query: string;
  readonly hash?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly before?: (page: Page) => Promise<void>;
}

const shots: readonly Shot[] = [
  { name: "welcome", query: "world=new" },
  { name: "welcome-phone-fr", query: "world=new&lang=fr", size: phone },
  { name: "create", query: "world=new", hash: "#/start/create", before: fillCreate },
  { name: "create-phone-dark", query: "world=new&theme=dark", hash: "#/start/create", size: phone },
  { name: "create-failed", query: "world=clockOff", hash: "#/start/create", before: create },
  {
    name: "create-failed-phone-fr-dark",
    query: "world=clockOff&lang=fr&theme=dark",
    hash: "#/start/create",
    size: phone,
    before: create,
  },
  { name: "unlock", query: "world=locked" },
  { name: "damaged", query: "world=damaged" },
  { name: "damaged-phone-fr-dark", query: "world=damaged&lang=fr&theme=dark", size: phone },
  { name: "failing", query: "world=failing", hash: "#/files" },
  { name: "kit", query: "world=first", hash: "#/start/kit" },
  { name: "kit-phone", query: "world=first", hash: "#/start/kit", size: phone },
  { name: "first", query: "world=first", hash: "#/files" },
  { name: "files", query: "world=calm", hash: "#/files" },
  { name: "files-dark", query: "world=calm&theme=dark", hash: "#/files" },
  { name: "files-fr", query: "world=calm&lang=fr", hash: "#/files", before: (page) => select(page, 2) },
  { name: "files-menu", query: "world=calm", hash: "#/files", before: contextMenu },
  { name: "files-grid", query: "world=calm", hash: "#/files", before: (page) => press(page, "Grid") },
  {
    name: "files-details-tablet",
    query: "world=calm",
    hash: "#/files",
    size: { width: 1024, height: 768 },
    before: details,
  },
  { name: "files-tablet", query: "world=calm", hash: "#/files", size: { width: 768, height: 1024 } },
  { name: "files-details", query: "world=calm", hash: "#/files", before: details },
  { name: "files-busy", query: "world=busy", hash: "#/files" },
  { name: "files-busy-phone-dark", query: "world=busy&theme=dark", hash: "#/files/a1", size: phone },
  { name: "files-phone", query: "world=calm", hash: "#/files/a1", size: phone },
  { name: "files-phone-home", query: "world=calm&lang=fr", hash: "#/files", size: phone },
  { name: "files-empty", query: "world=empty", hash: "#/files" },
  { name: "files-offline", query: "world=offline", hash: "#/files" },
  { name: "files-red", query: "world=red", hash: "#/files", before: (page) => page.keyboard.press("Escape") },
  { name: "files-red-modal", query: "world=red&theme=dark", hash: "#/files" },
  { name: "files-many", query: "world=many", hash: "#/files" },
  {
    name: "set-aside",
    query: "world=odd",
    hash: "#/files/a1",
    before: (page) => page.getByRole("button", { name: "Show" }).click(),
  },
  {
    name: "set-aside-phone-fr-dark",
    query: "world=odd&lang=fr&theme=dark",
    hash: "#/files/a1",
    size: phone,
    before: (page) => page.getByRole("button", { name: "Afficher" }).click(),
  },
  { name: "files-many-grid", query: "world=many", hash: "#/files", before: (page) => press(page, "Grid") },
  { name: "files-many-phone-dark", query: "world=many&theme=dark", hash: "#/files/a1", size: phone },
  { name: "files-troubled", query: "world=troubled", hash: "#/files" },
  {
    name: "files-troubled-phone-fr-dark",
    query: "world=troubled&lang=fr&theme=dark",
    hash: "#/files/a1",
    size: phone,
    before: expandTray,
  },
  { name: "lock", query: "world=busy", hash: "#/files", before: lock },
  { name: "move", query: "world=calm", hash: "#/files", before: move },
  { name: "rename-fr-phone", query: "world=calm&lang=fr", hash: "#/files/a1", size: phone, before: rename },
  { name: "trust", query: "world=calm", hash: "#/trust" },
  { name: "trust-dark-fr", query: "world=suspect&theme=dark&lang=fr", hash: "#/trust" },
  { name: "trust-phone", query: "world=calm", hash: "#/trust", size: phone },
  { name: "trust-waiting", query: "world=waiting", hash: "#/trust" },
  {
    name: "trust-waiting-phone-dark-fr",
    query: "world=waiting&theme=dark&lang=fr",
    hash: "#/trust",
    size: phone,
  },
  { name: "trust-partial", query: "world=partial", hash: "#/trust" },
  { name: "trust-stale", query: "world=stale", hash: "#/trust" },
  { name: "trust-withheld", query: "world=withheld", hash: "#/trust" },
  {
    name: "trust-withheld-phone-fr-dark",
    query: "world=withheld&lang=fr&theme=dark",
    hash: "#/trust",
    size: phone,
  },
  { name: "trust-older-fr", query: "world=older&lang=fr", hash: "#/trust" },
  { name: "trust-clocks-dark", query: "world=clocks&theme=dark", hash: "#/trust" },
  { name: "trust-expired", query: "world=expired", hash: "#/trust" },
  { name: "trust-expired-phone-fr", query: "world=expired&lang=fr", hash: "#/trust", size: phone },
  { name: "odd-names", query: "world=odd", hash: "#/files/a1" },
  { name: "odd-names-phone", query: "world=odd", hash: "#/files/a1", size: { width: 320, height: 700 } },
  { name: "odd-names-grid", query: "world=odd", hash: "#/files/a1", before: (page) => press(page, "Grid") },
  { name: "trust-period", query: "world=calm", hash: "#/trust", before: openPeriod },
  { name: "trust-red", query: "world=red", hash: "#/trust", before: (page) => page.keyboard.press("Escape") },
  {
    name: "contradiction",
    query: "world=red",
    hash: "#/trust/contradiction",
    before: (page) => page.keyboard.press("Escape"),
  },
  { name: "settings", query: "world=calm", hash: "#/settings" },
  { name: "settings-dark-phone", query: "world=calm&theme=dark&lang=fr", hash: "#/settings", size: phone },
  { name: "people", query: "world=calm", hash: "#/people" },
  { name: "verify", query: "world=verify" },
  { name: "verify-compared", query: "world=verify-compared" },
  { name: "verify-other", query: "world=verify-other" },
  { name: "verify-invented-dark-fr", query: "world=verify-invented&theme=dark&lang=fr" },
  { name: "verify-old-phone-fr", query: "world=verify-old&lang=fr", size: phone },
];

async function fillCreate(page: Page): Promise<void> {
  await page.getByLabel("Organization name").fill("Marchetti & Partners");
  await page.getByLabel("Passphrase for this device").fill("lantern gravel sonnet");
  await page.getByRole("button", { name: "Create organization" }).click();
}
async function create(page: Page): Promise<void> {
  const fields = await page.getByRole("textbox").all();
  const answers = ["Marchetti & Partners", "Alice Marchetti", "Laptop"];
  for (const [index, answer] of answers.entries()) await fields[index]?.fill(answer);
  for (const field of await page.locator("input[type=password]").all())
    await field.fill("lantern gravel sonnet walnut");
  await page.locator("button[type=submit]").click();
  await page.getByRole("status").first().waitFor();
}
async function expandTray(page: Page): Promise<void> {
  await page
    .getByRole("region", { name: /Transferts/ })
    .getByRole("button")
    .last()
    .click();
}
async function lock(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Lock this device" }).click();
  await page.getByRole("dialog").waitFor();
}
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name }).click();
}
async function select(page: Page, count: number): Promise<void> {
  await page.getByRole("row").nth(5).click();
  for (let index = 1; index < count; index += 1) await page.keyboard.press("Shift+ArrowDown");
}
async function contextMenu(page: Page): Promise<void> {
  await page.getByRole("row").nth(6).click({ button: "right" });
}
async function details(page: Page): Promise<void> {
  await contextMenu(page);
  await page.getByRole("menuitem", { name: "Details" }).click();
  await page.getByRole("tab", { name: "Versions" }).click();
}
async function move(page: Page): Promise<void> {
  await contextMenu(page);
  await page.getByRole("menuitem", { name: "Move to…" }).click();
}
async function rename(page: Page): Promise<void> {
  await page.getByRole("row").nth(5).click();
  await page.keyboard.press("F2");
}
async function openPeriod(page: Page): Promise<void> {
  await page.getByRole("row").nth(4).click();
  await page.getByRole("button", { name: "Technical details" }).click();
}

await mkdir(outDir, { recursive: true });
const gallery = await startGallery();

const browser = await chromium.launch({
  executablePath: process.env["HOLDFAST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
for (const shot of shots.filter(({ name }) => only.test(name))) {
  const context = await browser.newContext({
    viewport: shot.size ?? desktop,
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(shot.name, error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") console.error(shot.name, message.text());
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(`${gallery.origin}/?${shot.query}${shot.hash ?? ""}`);
  await page.waitForLoadState("networkidle");
  await page.locator("main:not([aria-busy])").waitFor();
  try {
    await shot.before?.(page);
  } catch (error) {
    console.error(shot.name, error);
  }
  await page.screenshot({ path: path.join(outDir, `${shot.name}.png`), animations: "disabled" });
  await context.close();
}
await browser.close();
await gallery.close();
