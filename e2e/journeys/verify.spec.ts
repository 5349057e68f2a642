import { expect, type Page, test } from "@playwright/test";
import { makeZip } from "client-zip";
import { toHex } from "#protocol/bytes/text.ts";
import { encodedEvidence } from "#verifier/testing/evidence-world.ts";
import { createGuiltyCases } from "#verifier/testing/guilty-cases.ts";
import { type RunningApp, startApp } from "../support/app.ts";
import { expectAccessible } from "../support/journey.ts";
import { watchPage } from "../support/watch.ts";

/** Somebody without an account is handed a proof file and opens /verify. */
const clean = { violations: [], foreignRequests: [], pageErrors: [] };

let app: RunningApp;
let otherApp: RunningApp;
let contradiction: Buffer;

test.beforeAll(async () => {
  const { ledger, cases } = await createGuiltyCases();
  const [guilty] = cases;
  if (!guilty) throw new Error("there are lies");
  const evidence = new Uint8Array(await encodedEvidence(ledger, guilty));
  ledger.close();
  const zip = makeZip([
    { name: "README.txt", input: "read me" },
    { name: "evidence.cbor", input: evidence },
  ]);
  contradiction = Buffer.from(await new Response(zip).arrayBuffer());
  const { chainId, height, headerHash, deployment } = ledger.anchor;
  app = await startApp({
    ...{ engine: "devchain", chainId, height: String(height) },
    ...{ headerHash: toHex(headerHash), deploymentId: toHex(deployment) },
  });
  otherApp = await startApp();
});

test.afterAll(async () => {
  await app.close();
  await otherApp.close();
});

async function choose(page: Page, buffer: Buffer): Promise<void> {
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "proof.zip", mimeType: "application/zip", buffer });
}

test("a proof file is checked in the page, step by step, compared with this app's deployment", async ({
  page,
}) => {
  const watch = await watchPage(page, [app.origin]);
  await page.goto(`${app.origin}/verify/`);
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "proof.zip", mimeType: "application/zip", buffer: contradiction });
  await expect(page.getByRole("status")).toContainText("A contradiction is proven");
  await expect(page.getByText("Accused")).toBeVisible();
  await expect(page.getByText("one server, by its key")).toBeVisible();
  await expect(page.getByText("holdfast-evidence")).toBeVisible();
  await expect(page.getByText("Compared: this app’s own deployment names this point")).toBeVisible();
  const steps = page.getByRole("region", { name: "What was checked" }).getByRole("listitem");
  expect(await steps.count()).toBeGreaterThan(6);
  await expect(steps.last()).toContainText("cannot both be true");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Check another file" }).click();

  const cut = contradiction.subarray(0, -40);
  await file.setInputFiles({ name: "cut.zip", mimeType: "application/zip", buffer: cut });
  await expect(page.getByRole("status")).toContainText("This is not a proof file");
  await expectAccessible(page);
  expect(watch).toEqual(clean);
});

test("a file about another deployment than this app's accuses nobody", async ({ page }) => {
  const watch = await watchPage(page, [otherApp.origin]);
  await page.goto(`${otherApp.origin}/verify/`);
  await choose(page, contradiction);
  const status = page.getByRole("status");
  await expect(status).toContainText("Only the witness’s word");
  await expect(status).toContainText("another deployment than this app’s");
  await expect(page.getByText("Accused", { exact: true })).toHaveCount(0);
  await expect(page.getByText("A contradiction is proven")).toHaveCount(0);
  await expectAccessible(page);
  expect(watch).toEqual(clean);
});

test("without this app's deployment nothing is compared, and it says so", async ({ page }) => {
  await page.goto(`${app.origin}/verify/`);
  await page.route("**/deployment.json", (route) => route.abort());
  await choose(page, contradiction);
  await expect(page.getByRole("status")).toContainText("could not read its own deployment");
  await expect(page.getByText("Accused", { exact: true })).toHaveCount(0);
  await page.unroute("**/deployment.json");
  await page.getByRole("button", { name: "Check another file" }).click();
  await choose(page, contradiction);
  await expect(page.getByRole("status")).toContainText("A contradiction is proven");
});

test("the verifier itself can be had from the app's origin, as one file", async ({ request }) => {
  const response = await request.get(`${app.origin}/verify.mjs`);
  expect(response.status()).toBe(200);
  expect(await response.text()).toContain("Usage: verify FILE");
});
