import { expect, it } from "vitest";
import { createPassphraseKey, derivePassphraseKey } from "#crypto/argon2.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import { unwrap } from "#protocol/result.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { createVault } from "./vault.ts";

const suite = await createProductSuite();
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const kdf = { create: createPassphraseKey, derive: derivePassphraseKey };

it("opens with its passphrase only, and forgets when erased", async () => {
  const store = createMemoryRowStore();
  const vault = createVault(suite, randomBytes, store, kdf);
  expect(await vault.exists()).toBe(false);
  const { localKey, store: keep } = unwrap(await vault.create("correct horse"));
  expect(await vault.exists()).toBe(false);
  await keep();
  expect(await vault.exists()).toBe(true);
  expect(await vault.open("correct horse")).toEqual({ ok: true, value: localKey });
  expect(await vault.open("wrong horse")).toEqual({ ok: false, error: { type: "WrongPassphrase" } });
  const disk = [...store.snapshot().values()].map((row) => Buffer.from(row).toString("hex")).join();
  expect(disk).not.toContain(Buffer.from(localKey).toString("hex"));
  await store.clear();
  expect(await vault.open("correct horse")).toEqual({ ok: false, error: { type: "VaultMissing" } });
});

it("says that storage is damaged instead of asking for the passphrase for ever", async () => {
  const store = createMemoryRowStore();
  await store.write([{ key: "vault", value: Uint8Array.of(1, 2, 3) }]);
  const vault = createVault(suite, randomBytes, store, kdf);
  await expect(vault.open("anything")).rejects.toMatchObject({ error: { type: "StorageCorrupt" } });
});
