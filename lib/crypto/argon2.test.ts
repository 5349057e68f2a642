import { argon2id } from "@noble/hashes/argon2.js";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { ARGON2_STANDARD, createPassphraseKey, derivePassphraseKey } from "./argon2.ts";

const salt = Uint8Array.from({ length: 16 }, (_, index) => index);

describe("Argon2id", { timeout: 60_000 }, () => {
  it("agrees with noble's implementation", async () => {
    const parameters = { memoryKib: 256, iterations: 3, parallelism: 1 };
    const expected = argon2id(encodeUtf8("correct horse"), salt, { m: 256, t: 3, p: 1, dkLen: 32 });
    expect(unwrap(await derivePassphraseKey("correct horse", salt, parameters))).toEqual(expected);
  });

  it("derives the same key again under the parameters it reports", async () => {
    const created = unwrap(await createPassphraseKey("correct horse", salt));
    expect(created.parameters).toEqual(ARGON2_STANDARD);
    expect(unwrap(await derivePassphraseKey("correct horse", salt, created.parameters))).toEqual(created.key);
  });

  it("derives one key from both Unicode forms of a passphrase", async () => {
    const parameters = { memoryKib: 64, iterations: 1, parallelism: 1 };
    const composed = await derivePassphraseKey("caf\u00e9", salt, parameters);
    expect(await derivePassphraseKey("cafe\u0301", salt, parameters)).toEqual(composed);
    expect(await derivePassphraseKey("cafe", salt, parameters)).not.toEqual(composed);
  });

  it("rejects an empty passphrase as a programming error", async () => {
    await expect(derivePassphraseKey("", salt, ARGON2_STANDARD)).rejects.toThrow();
  });
});
