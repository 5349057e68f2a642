import { type Bytes, concat } from "./bytes.ts";
import { contextOf } from "./sha256.ts";

/**
 * Ed25519 by WebCrypto, narrowed to libsodium's rule, which is the one Holdfast signs and verifies by: S < L, key and
 * R canonical and not of small order. WebCrypto implementations need not agree beyond that, see `isFaithful`.
 */
export async function isSigned(message: Bytes, signature: Bytes, key: Bytes): Promise<boolean> {
  if (signature.length !== 64 || key.length !== 32) return false;
  if (littleEndian(signature.subarray(32)) >= ORDER) return false;
  if (isWeak(key) || isWeak(signature.subarray(0, 32))) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", copy(key), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, copy(signature), copy(message));
  } catch {
    // Some implementations refuse a key that is no point of the curve where others verify nothing with it.
    return false;
  }
}

export async function isSignedInContext(
  kind: string,
  message: Bytes,
  signature: Bytes,
  key: Bytes,
): Promise<boolean> {
  return isSigned(concat(contextOf(kind), message), signature, key);
}

/**
 * Whether this WebCrypto knows Ed25519 and verifies without cofactor, on all points, as libsodium does. One that
 * accepted less would make an honest server's leaf look forged, one that accepted more its refusal look wrong.
 */
export async function isFaithful(): Promise<boolean> {
  faithful ??= areAnswersRight();
  return faithful;
}

/** The same for as long as the program runs. */
let faithful: Promise<boolean> | undefined;

async function areAnswersRight(): Promise<boolean> {
  for (const { message, signature, key, valid } of KNOWN_ANSWERS) {
    if ((await isSigned(fromHex(message), fromHex(signature), fromHex(key))) !== valid) return false;
  }
  return true;
}

/** A y-coordinate that is not below the prime, or that belongs to a point of small order. The sign bit is ignored. */
function isWeak(encodedPoint: Bytes): boolean {
  const y = littleEndian(encodedPoint) & ((1n << 255n) - 1n);
  return y >= PRIME || SMALL_ORDER.has(y);
}

function littleEndian(bytes: Bytes): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** WebCrypto asks for memory that is not shared. */
function copy(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const PRIME = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** y of the points of order 1, 2, 4 and 8. */
const SMALL_ORDER = new Set([
  1n,
  PRIME - 1n,
  0n,
  littleEndian(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
  littleEndian(fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
]);

const KNOWN_ANSWERS = [
  // RFC 8032 §7.1, test 1.
  {
    key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    valid: true,
  },
  // The key has a part of order 2; the equation holds without cofactor.
  {
    key: "1c594a5cb1c566b07b53ebfe2709a84588350458d85a658697f91c06918db22b",
    message: "06",
    signature:
      "930a5ef2273eff2c248676024db798d4dd62f16e459b377e2bb6d911000c5ba5a6c0c6346ffc58802fbf959eaae93b1996b025b4fcd03682ebbf029655b7ba02",
    valid: true,
  },
  // R has a part of order 2; the equation holds only with cofactor.
  {
    key: "d1a6b5a34e3a994f84ac1401d8f657ba77cafba727a59a796806e3f96e724dd4",
    message: "02",
    signature:
      "5af5a10dd8c100d3db7989fdb248672b229d0e91ba64c881d44926eefff3a45acdca3bdf4d8c516a5a7b65bb7cbdeb6ceba470268430e1d8b6bcf0ae447ffe0e",
    valid: false,
  },
] as const;
