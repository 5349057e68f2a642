/** Shorter passphrases are refused: the device's keys can be attacked offline once the disk is copied. */
export const MIN_PASSPHRASE_LENGTH = 10;

export type PassphraseStrength = "weak" | "fair" | "strong";

/**
 * A hint while typing, not a gate: it estimates entropy from length and variety, and counts words, since
 * several unrelated words are what we advise. Repetition earns nothing.
 */
export function estimateStrength(passphrase: string): PassphraseStrength {
  const distinctCharacters = new Set(passphrase).size;
  const words = new Set(
    passphrase
      .toLowerCase()
      .split(/[\s\-_.,]+/)
      .filter((word) => word.length >= 3),
  ).size;
  const bitsByCharacter =
    Math.log2(alphabetSize(passphrase)) * Math.min(passphrase.length, distinctCharacters * 1.5);
  // A word someone picks is worth about 11 bits; letters of words are not random.
  const bits = words >= 2 ? Math.min(bitsByCharacter, words * 11 + 8) : bitsByCharacter * 0.55;
  if (passphrase.length < MIN_PASSPHRASE_LENGTH || bits < 32) return "weak";
  return bits < 50 ? "fair" : "strong";
}

function alphabetSize(text: string): number {
  let size = 1;
  if (/\p{Ll}/u.test(text)) size += 26;
  if (/\p{Lu}/u.test(text)) size += 26;
  if (/\p{Nd}/u.test(text)) size += 10;
  if (/[^\p{L}\p{Nd}]/u.test(text)) size += 20;
  return size;
}
