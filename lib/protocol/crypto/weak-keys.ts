import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { fromHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";

/**
 * Public keys that nobody may register: points of small order, whose signatures or shared secrets mean nothing,
 * and encodings that are not the canonical ones, which libraries read differently. The sign bit is ignored.
 */

/** Ed25519, as `y` (RFC 8032 §5.1.2). */
export function isWeakVerifyKey(key: Bytes): boolean {
  return isWeak(key, ED25519_SMALL_ORDER);
}

/** X25519, as `u` (RFC 7748 §5); sealing to one of these gives no secret. */
export function isWeakBoxKey(key: Bytes): boolean {
  return isWeak(key, X25519_SMALL_ORDER);
}

function isWeak(key: Bytes, smallOrder: readonly Bytes[]): boolean {
  const magnitude = Uint8Array.from(key);
  magnitude[31] = (magnitude[31] ?? 0) & 0x7f;
  return (
    key.length !== 32 || !isBelowPrime(magnitude) || smallOrder.some((point) => equalBytes(point, magnitude))
  );
}

/** Little-endian value < 2^255 − 19. */
function isBelowPrime(magnitude: Bytes): boolean {
  const isTop = magnitude[31] === 0x7f && magnitude.subarray(1, 31).every((byte) => byte === 0xff);
  return !isTop || (magnitude[0] ?? 0) < 0xed;
}

const ZERO = "00".repeat(32);
const ONE = `01${"00".repeat(31)}`;
const MINUS_ONE = `ec${"ff".repeat(30)}7f`;

/** Orders 4, 1, 8, 8, 2 on the Edwards curve. */
const ED25519_SMALL_ORDER = [
  ZERO,
  ONE,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  MINUS_ONE,
].map((point) => unwrap(fromHex(point)));

/** Points of order dividing 8 on the Montgomery curve and its twist. */
const X25519_SMALL_ORDER = [
  ZERO,
  ONE,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  MINUS_ONE,
].map((point) => unwrap(fromHex(point)));
