import { expect, test } from "@playwright/test";
import { makeZip } from "client-zip";
import { encodedEvidence } from "#verifier/testing/evidence-world.ts";
import { createGuiltyCases } from "#verifier/testing/guilty-cases.ts";
import { type RunningApp, startApp } from "../support/app.ts";
import { expectAccessible } from "../support/journey.ts";
import { watchPage } from "../support/watch.ts";

/** Somebody without an account is handed a proof file and opens /verify. */
const clean = { violations: [], foreignRequests: [], pageErrors: [] };

let app: RunningApp;
let contradiction: Buffer;

test.beforeAll(async () => {
  app = await startApp();
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
});

test.afterAll(() => app.close());

test("a proof file is checked in the page, step by step, with the anchor to compare", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  await page.goto(`${app.origin}/verify/`);
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "proof.zip", mimeType: "application/zip", buffer: contradiction });
  await expect(page.getByRole("status")).toContainText("A contradiction is proven");
  await expect(page.getByText("Accused")).toBeVisible();
  await expect(page.getByText("one server, by its key")).toBeVisible();
  await expect(page.getByText("holdfast-evidence")).toBeVisible();
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

test("the verifier itself can be had from the app's origin, as one file", async ({ request }) => {
  const response = await request.get(`${app.origin}/verify.mjs`);
  expect(response.status()).toBe(200);
  expect(await response.text()).toContain("Usage: verify FILE");
});
