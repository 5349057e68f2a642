import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import {
  createOrganization,
  createWorkspace,
  expectAccessible,
  expectChecked,
  expectNothingHeard,
  forbidSavePicker,
  row,
  saveDownload,
  statusLine,
  takePicture,
  unlock,
  upload,
  watchJourney,
} from "../support/journey.ts";
import { startWorld } from "../support/product-world.ts";
import { readZip } from "../support/read-zip.ts";
import { ATTACKS } from "./mallory/attacks.ts";
import { createMallory, type Mallory } from "./mallory/mallory.ts";

/** The workspace is rolled back for everyone: from the upload to a stranger who convicts the server. */
const ROLLBACK = 5;

test("a rollback is shown in words, saved, and proven to a stranger", async ({ page, context }) => {
  test.setTimeout(120_000);
  await forbidSavePicker(context);
  const createLie = ATTACKS.find(({ number }) => number === ROLLBACK)?.createLie;
  if (!createLie) throw new Error("there is no such attack");
  const running: Mallory[] = [];
  const world = await startWorld({
    // Both uploads have to be in one open period: it is sealed when this says so.
    epochLengthMs: 60_000,
    decorate: (composition, dataDir) => {
      const mallory = createMallory({ createLie, isWithholding: false, dataDir });
      running.push(mallory);
      return mallory.decorate(composition);
    },
  });
  const watch = await watchJourney(page, world);
  await createOrganization(page, world);
  await createWorkspace(page, "Contracts");
  await upload(page, "offer.txt", "ten thousand");
  await world.sealNow();
  await expectChecked(page);
  running.at(-1)?.arm("any");
  for (const name of ["first.txt", "second.txt"]) await upload(page, name, "receipted, then taken back");
  await world.sealNow();

  const alert = page.getByRole("dialog", { name: "The server’s record does not match" });
  await expect(alert).toBeVisible({ timeout: 45_000 });
  await expectAccessible(page);
  await takePicture(page, "contradiction-alert");
  await alert.getByRole("button", { name: "See what to do" }).click();
  await expect(page.getByRole("heading", { name: "What it does not tell" })).toBeVisible();
  await expect(statusLine(page)).toContainText("does not match");
  await expectAccessible(page);
  await takePicture(page, "contradiction-page");

  const proof = await saveDownload(page, () => page.getByRole("button", { name: "Save proof file" }).click());
  expect(proof.name).toMatch(/^proof-.*\.zip$/);
  const deployment = await page.request.get(`${world.appOrigin}/deployment.json`);
  await convict(proof.path, await deployment.body());

  const verify = await context.newPage();
  const verifyWatch = await watchJourney(verify, world);
  await verify.goto(`${world.appOrigin}/verify/`);
  await verify.locator("input[type=file]").setInputFiles(proof.path);
  await expect(verify.getByText("A contradiction is proven")).toBeVisible();
  await expectAccessible(verify);
  await takePicture(verify, "verify-contradiction");
  await verify.close();

  // It is said once in the way, then stays; nothing waves it off, a reload neither.
  await page.reload();
  await unlock(page);
  await expect(statusLine(page)).toContainText("does not match");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("link", { name: "Trust", exact: true }).click();
  await takePicture(page, "trust-contradiction");
  await page
    .getByRole("region", { name: "Workspaces" })
    .getByRole("link", { name: /^Contracts/ })
    .click();
  await expect(page.getByText("Writing is paused in “Contracts”", { exact: false }).first()).toBeVisible();
  await expect(row(page, "offer.txt")).toBeVisible();
  await expect(page.getByRole("button", { name: "New", exact: true })).toHaveCount(0);
  await takePicture(page, "files-contradiction");
  expectNothingHeard(verifyWatch);
  expectNothingHeard(watch);
  await page.close();
  await world.close();
  for (const mallory of running) await mallory.close();
});

/** With nothing but the file, its own verifier and what the app's origin says of the ledger, in an empty folder. */
async function convict(proof: string, deployment: Buffer): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-stranger-"));
  const verifier = readZip(await readFile(proof)).get("verify.mjs");
  expect(verifier).toBeDefined();
  await copyFile(path.resolve(import.meta.dirname, "../../out/verify.mjs"), path.join(folder, "verify.mjs"));
  expect(verifier?.equals(await readFile(path.join(folder, "verify.mjs")))).toBe(true);
  await copyFile(proof, path.join(folder, "proof.zip"));
  await writeFile(path.join(folder, "deployment.json"), deployment);
  const judge = (...anchor: readonly string[]) =>
    spawnSync(process.execPath, ["verify.mjs", "proof.zip", ...anchor], { cwd: folder, encoding: "utf8" });
  expect(judge().status).toBe(5);
  const run = judge("--anchor", "deployment.json");
  expect(run.status, run.stdout + run.stderr).toBe(2);
  await rm(folder, { recursive: true });
}
