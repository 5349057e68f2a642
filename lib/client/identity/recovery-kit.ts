import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";

/** 24 words of BIP-39's English list: the 32 bytes of an organization's root key and 8 bits of checksum. */
export const KIT_WORDS = 24;

export function wordsOfRootKey(rootSecretKey: Bytes): readonly string[] {
  return entropyToMnemonic(rootSecretKey, wordlist).split(" ");
}

/** What a person typed from the printed kit: any spacing and capitals, but every word right. */
export function parseKitWords(typed: string): Result<Bytes, { readonly type: "KitWordsWrong" }> {
  const words = typed.normalize("NFKD").trim().toLowerCase().split(/\s+/).join(" ");
  const isKit = words.split(" ").length === KIT_WORDS && validateMnemonic(words, wordlist);
  return isKit ? ok(mnemonicToEntropy(words, wordlist)) : err({ type: "KitWordsWrong" });
}

/** The one word asked back, compared as leniently as it is read. */
export function isKitWord(rootSecretKey: Bytes, position: number, typed: string): boolean {
  return wordsOfRootKey(rootSecretKey)[position] === typed.normalize("NFKD").trim().toLowerCase();
}
