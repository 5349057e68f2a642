import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { acceptableMixedOrderSignatures, craftedSignatures } from "#crypto/testing/crafted-signatures.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { startTestEngine, withFolder } from "../testing/test-engine.ts";
import { createWorld } from "../testing/world.ts";
import { ReadyKeys, verifyNatively } from "./early-signatures.ts";

const suite = await createProductSuite();
const readyKeys = new ReadyKeys();
const verifyEarly = (message: Bytes, signature: Bytes, verifyKey: Bytes) =>
  verifyNatively(message, signature, verifyKey, readyKeys);

describe("a signature found good early", () => {
  it.each(craftedSignatures())("is never $name", async ({ message, signature, verifyKey }) => {
    expect(await verifyEarly(message, signature, verifyKey)).toBe(false);
  });

  it.each(acceptableMixedOrderSignatures())("may be $name, as the suite says", async (crafted) => {
    const { message, signature, verifyKey } = crafted;
    if (await verifyEarly(message, signature, verifyKey))
      expect(suite.verify(message, signature, verifyKey)).toBe(true);
  });

  it("is what an honest device signs, and nothing with a bit changed", async () => {
    const secretKey = new Uint8Array(32).fill(5);
    const message = Uint8Array.of(1, 2, 3);
    const signature = suite.sign(message, secretKey);
    const verifyKey = suite.verifyKeyOf(secretKey);
    for (let round = 0; round < 2; round++)
      expect(await verifyEarly(message, signature, verifyKey)).toBe(true);
    const bits = fc.nat({ max: 8 * (3 + 64 + 32) - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const all = Uint8Array.of(...message, ...signature, ...verifyKey);
        all[bit >> 3] = (all[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await verifyEarly(all.slice(0, 3), all.slice(3, 67), all.slice(67))).toBe(false);
      }),
    );
  });
});

describe("a record's signature", () => {
  it("is verified beside the main thread where it is good, and by the suite where it is not", () =>
    withFolder(async (folder) => {
      let verified = 0;
      const counting: CryptoSuite = {
        ...suite,
        verify: (message, signature, verifyKey) => {
          verified += 1;
          return suite.verify(message, signature, verifyKey);
        },
      };
      const { engine, signer, stop } = await startTestEngine({ suite: counting, folder });
      const world = await createWorld({
        suite,
        door: engine,
        instanceKeys: [signer.verifyKey],
        deployment: suite.sha256(Uint8Array.of(1)),
      });
      const place = await world.createWorkspace(world.alice);
      verified = 0;
      const { content, contents } = world.writeContent({ manifest: world.manifest("m"), text: "text" });
      const draft = world.alice.draft(place, content);
      const { record, signature } = draft.signed;
      const forged = { record, signature: signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) };
      const refused = await world.send({ ...draft, signed: forged }, { contents });
      if (refused.type !== "refused") throw new Error(refused.type);
      expect(refused.refusal.statement.status).toBe("badSignature");
      expect(verified).toBe(1);
      const answer = await world.send(draft, { contents });
      expect(answer.type).toBe("appended");
      expect(verified).toBe(1);
      await stop();
    }));
});
