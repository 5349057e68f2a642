import { describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, fromHex, toHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { createNobleSuite } from "./noble-suite.ts";
import { createProductSuite } from "./product-suite.ts";

const hex = (text: string): Bytes => unwrap(fromHex(text));
const range = (first: number, length: number): Bytes =>
  Uint8Array.from({ length }, (_, index) => first + index);

/** RFC 8032, 7.1, tests 1 to 3. */
const ED25519 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    verifyKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    verifyKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    verifyKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

/** draft-irtf-cfrg-xchacha-03, A.3.1. */
const XCHACHA = {
  plaintext:
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  associatedData: "50515253c0c1c2c3c4c5c6c7",
  ciphertext:
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e",
  tag: "c0875924c1c7987947deafd8780acf49",
};

describe.each([
  ["product", await createProductSuite()],
  ["noble", createNobleSuite((length) => crypto.getRandomValues(new Uint8Array(length)))],
] as const)("known answers of the %s suite", (_, suite) => {
  it("SHA-256 of FIPS 180-4's examples", () => {
    expect(toHex(suite.sha256(encodeUtf8("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(toHex(suite.sha256(new Uint8Array(0)))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it.each(ED25519)("Ed25519 of RFC 8032 on message '$message'", (vector) => {
    const message = hex(vector.message);
    expect(toHex(suite.verifyKeyOf(hex(vector.seed)))).toBe(vector.verifyKey);
    expect(toHex(suite.sign(message, hex(vector.seed)))).toBe(vector.signature);
    expect(suite.verify(message, hex(vector.signature), hex(vector.verifyKey))).toBe(true);
  });

  it("BLAKE2b of RFC 7693, appendix A, and keyed of the authors' test vectors", () => {
    expect(toHex(suite.blake2b(encodeUtf8("abc"), new Uint8Array(0), 64))).toBe(
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    );
    expect(toHex(suite.blake2b(new Uint8Array(0), range(0, 64), 64))).toBe(
      "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568",
    );
  });

  it("XChaCha20-Poly1305 of the IETF draft", () => {
    const sealed = suite.aeadEncrypt(
      encodeUtf8(XCHACHA.plaintext),
      hex(XCHACHA.associatedData),
      range(0x40, 24),
      range(0x80, 32),
    );
    expect(toHex(sealed)).toBe(XCHACHA.ciphertext + XCHACHA.tag);
  });

  it("X25519 public key of RFC 7748, 6.1", () => {
    expect(
      toHex(suite.boxKeyOf(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))),
    ).toBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  });
});
