import fc from "fast-check";
import { expect, it } from "vitest";
import { isKitWord, KIT_WORDS, parseKitWords, wordsOfRootKey } from "./recovery-kit.ts";

it("gives the key back from its words, however they are spaced and capitalised", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const words = wordsOfRootKey(key);
      expect(words).toHaveLength(KIT_WORDS);
      expect(parseKitWords(`  ${words.join("\n ").toUpperCase()} `)).toEqual({ ok: true, value: key });
    }),
  );
});

it("refuses a wrong word, a missing one, and words of another kit's checksum", () => {
  const words = wordsOfRootKey(new Uint8Array(32).fill(7));
  for (const typed of [
    "",
    words.slice(1).join(" "),
    [...words.slice(0, 23), "zoo"].join(" "),
    "lorem ipsum",
  ]) {
    expect(parseKitWords(typed)).toEqual({ ok: false, error: { type: "KitWordsWrong" } });
  }
});

it("knows the word that it asks back", () => {
  const key = new Uint8Array(32).fill(9);
  const [first = "", second = ""] = wordsOfRootKey(key);
  expect(isKitWord(key, 0, ` ${first.toUpperCase()} `)).toBe(true);
  expect(isKitWord(key, 0, first === second ? "other" : second)).toBe(false);
  expect(isKitWord(key, 99, first)).toBe(false);
});
