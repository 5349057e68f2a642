import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findFirefox } from "../../scripts/test-run/firefox.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";

/**
 * The main job in Debian's Firefox, over WebDriver BiDi: workers, WebAssembly, Trusted Types and isolation are
 * another browser's there. Skipped by name without Firefox, which is a failure where CI says so.
 */
const firefox = findFirefox();
const mustRun = process.env["CI"] === "true";

declare global {
  interface Window {
    /** Set by the test before the page's own code. */
    policyViolations?: string[];
  }
}

let world: ProductWorld;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (firefox === undefined) return;
  folder = await mkdtemp(path.join(tmpdir(), "holdfast-firefox-"));
  await writeFile(path.join(folder, "from firefox.txt"), "hello");
  world = await startWorld();
  browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
}, 60_000);
afterAll(async () => {
  if (firefox === undefined) return;
  await browser.close();
  await world.close();
  await rm(folder, { recursive: true });
}, 30_000);

it.skipIf(firefox === undefined && !mustRun)(
  "in Firefox: creates an organization, uploads a file and sees it checked",
  async () => {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    const errors: unknown[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.evaluateOnNewDocument(() => {
      window.policyViolations = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
        window.policyViolations?.push(`${effectiveDirective} ${blockedURI}`);
      });
    });
    await page.goto(`${world.appOrigin}/`);
    await page.locator("a[href='#/start/create']").click();
    await type(page, "Organization name", "Marchetti and Partners");
    await type(page, "Your name", "Alice Marchetti");
    await type(page, "Passphrase for this device", "lantern gravel sonnet walnut");
    await type(page, "Passphrase again", "lantern gravel sonnet walnut");
    await press(page, "Create organization");
    await press(page, "Later");
    await press(page, "New workspace");
    await type(page, "Workspace name", "Contracts");
    await press(page, "Create");
    const input = await page.waitForSelector("input[type=file]:not([webkitdirectory])");
    await input?.uploadFile(path.join(folder, "from firefox.txt"));
    await page.locator("::-p-xpath(//*[@role='row'][contains(., 'from firefox.txt')])").wait();
    await page.locator("::-p-text(1 file done)").wait();
    await page.locator("::-p-text(Checked up to)").wait();
    expect(await page.evaluate(() => window.policyViolations)).toEqual([]);
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    expect(errors).toEqual([]);
  },
  90_000,
);

/** The button that reads so. */
async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-xpath(//button[normalize-space()='${name}'])`).click();
}

/** Into the field of that label, as a person does. */
async function type(page: Page, label: string, text: string): Promise<void> {
  await page.locator(`::-p-xpath(//label[normalize-space()='${label}'])`).click();
  await page.keyboard.type(text);
}
