import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { unwrap } from "#protocol/result.ts";
import type { BlockStore } from "../../ports.ts";

export function sha256(message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(message).digest());
}

/** What every driver and every composition of drivers must do. `open` gives a new, empty store. */
export function describeBlockStore(name: string, openStore: () => Promise<BlockStore>): void {
  describe(`block store: ${name}`, () => {
    const organization = sha256(Uint8Array.of(1));
    const other = sha256(Uint8Array.of(2));
    const blockOf = (sizeBytes: number) => new Uint8Array(randomBytes(sizeBytes));

    it("gives back what was put, by the hash of its bytes", async () => {
      const store = await openStore();
      for (const block of [blockOf(1), blockOf(70_000), new Uint8Array(0), blockOf(512 * 1024 + 40)]) {
        const id = sha256(block);
        expect(unwrap(await store.has(organization, id))).toBe(false);
        unwrap(await store.put(organization, id, block));
        expect(unwrap(await store.has(organization, id))).toBe(true);
        const got = unwrap(await store.get(organization, id));
        expect(got?.length).toBe(block.length);
        expect(got && sha256(got)).toEqual(id);
      }
    });

    it("has no block that was not put", async () => {
      const store = await openStore();
      expect(unwrap(await store.get(organization, sha256(Uint8Array.of(9))))).toBeUndefined();
      expect(unwrap(await store.has(organization, sha256(Uint8Array.of(9))))).toBe(false);
    });

    it("refuses to file a block under another id", async () => {
      const store = await openStore();
      const id = sha256(Uint8Array.of(9));
      await expect(store.put(organization, id, blockOf(10))).rejects.toThrow("not its hash");
      expect(unwrap(await store.has(organization, id))).toBe(false);
    });

    it("keeps organizations apart", async () => {
      const store = await openStore();
      const block = blockOf(100);
      unwrap(await store.put(organization, sha256(block), block));
      expect(unwrap(await store.get(other, sha256(block)))).toBeUndefined();
      expect(unwrap(await store.has(other, sha256(block)))).toBe(false);
    });

    it("takes a block again", async () => {
      const store = await openStore();
      const block = blockOf(1000);
      unwrap(await store.put(organization, sha256(block), block));
      unwrap(await store.put(organization, sha256(block), block));
      expect(unwrap(await store.get(organization, sha256(block)))).toEqual(block);
    });

    it("takes many puts of the same blocks at once", async () => {
      const store = await openStore();
      const blocks = Array.from({ length: 8 }, () => blockOf(20_000));
      const puts = Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? blocks : blocks.toReversed())).flat();
      const answers = await Promise.all(puts.map((block) => store.put(organization, sha256(block), block)));
      for (const answer of answers) unwrap(answer);
      for (const block of blocks) {
        expect(unwrap(await store.get(organization, sha256(block)))).toEqual(block);
      }
    });
  });
}
