import { afterEach, expect, it } from "vitest";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { forgedUserLie } from "../adversary/mallory/lies/forged-user.ts";
import { startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

it("proves to a stranger that an administrator was invented in the organization's own log", async () => {
  const product = await startHostileProduct({ createLie: forgedUserLie });
  ends.push(() => product.close());
  const verdicts: Awaited<ReturnType<typeof verifyEvidence>>[] = [];
  const device = await createAuditedDevice(product.deployment(), {
    verify: async (evidence, options) => {
      const verdict = await verifyEvidence(evidence, options);
      verdicts.push(verdict);
      return verdict;
    },
  });
  const { engine } = await device.openTab();
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  await product.seal();
  await engine.checkNow();
  const epoch = (await engine.periods({ fromEpoch: null, limit: 2, workspace: null }))[1]?.epoch ?? -1;
  const checks = (await engine.period(epoch))?.checks.filter(({ code }) => code === "E6") ?? [];
  expect(checks.map(({ state, coverage }) => [state, coverage?.done])).toEqual(
    checks.map(({ coverage }) => ["verified", coverage?.total]),
  );
  expect(checks).toHaveLength(3);

  product.mallory.arm(unwrap(fromHex(workspace)));
  unwrap(await engine.createFolder(workspace, null, "one"));
  await product.seal();
  await engine.checkNow();
  expect((await engine.trust()).state).toBe("contradiction");
  const [proof, ...more] = await engine.proofFiles();
  expect(proof).toMatchObject({ kind: "invalidLeaf", accused: "deployment" });
  expect(more).toEqual([]);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(["contradictionProven"]);
  // Nobody makes a workspace where it is not known who the members are.
  expect(await engine.createWorkspace("More")).toMatchObject({ ok: false });
  await engine.lock();
}, 30_000);
