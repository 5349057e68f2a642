/** Encodings of text that a person can choose from: labels of the Encoding Standard. */
export const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "iso-8859-2",
  "iso-8859-15",
  "koi8-r",
  "macintosh",
  "ibm866",
  "shift_jis",
  "euc-jp",
  "iso-2022-jp",
  "gb18030",
  "big5",
  "euc-kr",
] as const;

export interface Guess {
  readonly encoding: string;
  /** A byte order mark says so, or every byte fits UTF-8, which other texts practically never do. */
  readonly isCertain: boolean;
}

export async function guessEncoding(bytes: Uint8Array): Promise<Guess> {
  const marked = markOf(bytes);
  if (marked !== undefined) return { encoding: marked, isCertain: true };
  const zeros = zerosOf(bytes);
  if (zeros !== undefined) return { encoding: zeros, isCertain: false };
  // Texts in ISO-2022-JP are all ASCII, and full of escapes.
  const isEscaped = bytes.subarray(0, SAMPLE_BYTES).includes(0x1b);
  if (!isEscaped && isUtf8(bytes)) return { encoding: "utf-8", isCertain: true };
  const { default: chardet } = await import("chardet");
  const candidates = chardet.analyse(bytes.subarray(0, SAMPLE_BYTES)).map(({ name }) => name.toLowerCase());
  const likely = candidates.map((name) => SAME_AS.get(name) ?? name).find(isChoice);
  if (likely === "utf-8" && isUtf8(bytes)) return { encoding: "utf-8", isCertain: true };
  return { encoding: likely === undefined || likely === "utf-8" ? "windows-1252" : likely, isCertain: false };
}

/** U+FFFD stands for what the encoding does not know. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** The byte order mark's encoding. */
function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return undefined;
}

/** UTF-16 without a mark: in most languages every other byte of spaces, digits and line ends is zero. */
function zerosOf(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (bytes.length % 2 !== 0 || Math.max(even, odd) < sample.length / 40) return undefined;
  if (even > odd * 8) return "utf-16be";
  return odd > even * 8 ? "utf-16le" : undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isChoice(name: string): boolean {
  return ENCODINGS.some((known) => known === name);
}

/** Enough to tell languages apart. */
const SAMPLE_BYTES = 64 * 1024;
/** The Encoding Standard reads them so. */
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ["iso-8859-1", "windows-1252"],
  ["iso-8859-9", "windows-1254"],
  ["ascii", "windows-1252"],
]);
