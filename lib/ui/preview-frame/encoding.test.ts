import { expect, it } from "vitest";
import { decodeText, ENCODINGS, guessEncoding } from "./encoding.ts";

const bytes = (hex: string, times = 1) => new Uint8Array(Buffer.from(hex.repeat(times), "hex"));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));

it("takes a byte order mark, and bytes that are UTF-8, for certain", async () => {
  for (const [hex, encoding] of [
    ["efbbbf61", "utf-8"],
    ["fffe6100", "utf-16le"],
    ["feff0061", "utf-16be"],
    ["64c3a96ac3a0", "utf-8"],
    ["", "utf-8"],
    ["616263", "utf-8"],
  ] as const) {
    expect(await guessEncoding(bytes(hex))).toEqual({ encoding, isCertain: true });
  }
});

it("guesses what other texts are written in, and says that it guesses", async () => {
  "cae1ebe7ecddf1e12c20e1f5f4fc20e5dfede1e920ddede120eae5dfece5edef20f3f4e120e5ebebe7ede9eadc2e0a";
  for (const [text, encoding] of [
    [utf16("déjà vu, un deux trois\n"), "utf-16le"],
    [utf16("Größe 12\n").toReversed().subarray(0), "utf-16be"],
    [bytes("93fa967b8cea82cc95b68fcd82c582b781420a", 20), "shift_jis"],
    [bytes("c6fccbdcb8eca4cecab8becfa4c7a4b9a1a30a", 20), "euc-jp"],
    [bytes("1b2442467c4b5c386c1b28420a", 20), "iso-2022-jp"],
    [bytes("d6d0cec4cec4b1beb5c4c0fdd7d3a1a30a", 20), "gb18030"],
    [bytes("cff0e8e2e5f22c20ece8f02120ddf2ee20f2e5eaf1f22e0a", 20), "windows-1251"],
    [bytes("f0d2c9d7c5d42c20cdc9d22120fcd4cf20d4c5cbd3d42e0a", 20), "koi8-r"],
  ] as const) {
    expect(await guessEncoding(text)).toEqual({ encoding, isCertain: false });
  }
});

it("can decode every encoding on offer, and marks what is none of its text", () => {
  for (const encoding of ENCODINGS) expect(decodeText(bytes("61"), encoding)).toBeTypeOf("string");
  expect(decodeText(bytes("61ff62"), "utf-8")).toBe("a\u{FFFD}b");
});
