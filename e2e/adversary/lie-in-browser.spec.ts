import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { parseAnchors } from "#verifier/anchor.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import {
  createOrganization,
  createWorkspace,
  expectAccessible,
  expectChecked,
  forbidSavePicker,
  saveDownload,
  statusLine,
  takePicture,
  upload,
} from "../support/journey.ts";
import { type ProductWorld, startWorld } from "../support/product-world.ts";
import { readZip } from "../support/read-zip.ts";
import { ATTACKS } from "./mallory/attacks.ts";
import { createMallory, type Mallory } from "./mallory/mallory.ts";

test.describe.configure({ timeout: 90_000 });

/** The built app against mallory: what a person sees when a receipted upload is not in what was sealed. */
const RECEIPTED_AND_NOT_SEALED = 2;

async function startLying(isWithholding: boolean): Promise<{ world: ProductWorld; mallory: () => Mallory }> {
  const createLie = ATTACKS.find(({ number }) => number === RECEIPTED_AND_NOT_SEALED)?.createLie;
  if (!createLie) throw new Error("there is no such attack");
  let mallory: Mallory | undefined;
  const world = await startWorld({
    decorate: (composition, dataDir) => {
      mallory = createMallory({ createLie, isWithholding, dataDir });
      return mallory.decorate(composition);
    },
  });
  return {
    world,
    mallory: () => {
      if (!mallory) throw new Error("the server was not started");
      return mallory;
    },
  };
}

async function beLiedTo(page: Page, world: ProductWorld, mallory: Mallory): Promise<void> {
  await createOrganization(page, world);
  await createWorkspace(page, "Contracts");
  await upload(page, "offer.txt", "ten thousand");
  await expectChecked(page);
  mallory.arm("any");
  await upload(page, "signed.txt", "eleven thousand");
  // The sealed history has nothing new, so its seal would not come by itself before long.
  await world.sealNow();
}

test("proves a receipted upload that was not sealed, and saves a file that a stranger verifies", async ({
  page,
  context,
}) => {
  await forbidSavePicker(context);
  const { world, mallory } = await startLying(false);
  await beLiedTo(page, world, mallory());
  const alert = page.getByRole("dialog", { name: "The server’s record does not match" });
  await expect(alert).toBeVisible({ timeout: 30_000 });
  await alert.getByRole("button", { name: "See what to do" }).click();
  await expect(page.getByText("Save the proof file.")).toBeVisible();
  await expectAccessible(page);
  await takePicture(page, "contradiction");
  const { path } = await saveDownload(page, () =>
    page.getByRole("button", { name: "Save proof file" }).first().click(),
  );
  const files = readZip(readFileSync(path));
  const evidence = files.get("evidence.cbor") ?? new Uint8Array(0);
  const deployment = await fetch(`${world.appOrigin}/deployment.json`);
  const anchors = parseAnchors(await deployment.text()) ?? [];
  expect((await verifyEvidence(evidence, { anchors })).outcome).toBe("contradictionProven");
  await page.close();
  await world.close();
  await mallory().close();
});

test("needs attention, and no more than that, where the proofs are withheld", async ({ page }) => {
  const { world, mallory } = await startLying(true);
  await beLiedTo(page, world, mallory());
  await expect(page.getByText("Something needs attention in “Contracts”", { exact: false })).toBeVisible({
    timeout: 30_000,
  });
  await expect(statusLine(page)).toContainText("Needs attention");
  await expect(page.getByText("does not match")).toHaveCount(0);
  await takePicture(page, "attention");
  await page.close();
  await world.close();
  await mallory().close();
});
