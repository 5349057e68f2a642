import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";

/** A signature made by point arithmetic, to tell verification rules apart. */
export interface CraftedSignature {
  readonly name: string;
  readonly message: Bytes;
  readonly signature: Bytes;
  readonly verifyKey: Bytes;
  /** The permissive rule of CometBFT validators. Where it accepts, only the strict rule stands in the way. */
  readonly acceptedByZip215: boolean;
}

const { BASE, Fn } = ed25519.Point;
const ORDER = Fn.ORDER;
/** Generates the eight points of small order. */
const TORSION = ed25519.Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
/** Secret scalars without meaning, fixed so that the vectors are the same in every run. */
const SECRET = 0x5eedn ** 13n % ORDER;
const NONCE = 0xface7n ** 11n % ORDER;

/** Encodings that decode, permissively, to points of small order: y ≥ p, or x = 0 with the sign bit set. */
const NON_CANONICAL_SMALL_ORDER = [
  "0100000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/** Every one of these MUST be refused by libsodium's rule. */
export function craftedSignatures(): readonly CraftedSignature[] {
  const crafted: CraftedSignature[] = [];
  for (let multiple = 0n; multiple < 8n; multiple++) {
    const torsion = TORSION.multiplyUnsafe(multiple);
    const encoding = torsion.toBytes();
    crafted.push({ ...forgedUnderSmallOrderKey(encoding), name: `key of small order, ${multiple} × T` });
    crafted.push({ ...withSmallOrderR(encoding), name: `R of small order, ${multiple} × T` });
    if (multiple !== 0n) {
      crafted.push({ ...withMixedOrderR(torsion), name: `R off the prime subgroup by ${multiple} × T` });
      crafted.push({
        ...underMixedOrderKey(torsion, false),
        name: `key off the prime subgroup by ${multiple} × T`,
      });
    }
  }
  for (const hex of NON_CANONICAL_SMALL_ORDER) {
    const encoding = unwrap(fromHex(hex));
    crafted.push({ ...forgedUnderSmallOrderKey(encoding), name: `non-canonical key ${hex}` });
    crafted.push({ ...withSmallOrderR(encoding), name: `non-canonical R ${hex}` });
  }
  for (let multiple = 1n; SECRET + multiple * ORDER < 1n << 256n && multiple < 16n; multiple++) {
    crafted.push({ ...withUnreducedS(multiple), name: `S + ${multiple} × L` });
  }
  return crafted;
}

/**
 * Signatures under a key with a torsion part that nevertheless satisfy the equation without cofactor: the rule
 * accepts them, and so must every implementation of it.
 */
export function acceptableMixedOrderSignatures(): readonly CraftedSignature[] {
  return [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((multiple) => ({
    ...underMixedOrderKey(TORSION.multiplyUnsafe(multiple), true),
    name: `key off the prime subgroup by ${multiple} × T, challenge divisible by 8`,
  }));
}

type Unnamed = Omit<CraftedSignature, "name">;
type Point = typeof BASE;

/** A universal forgery: with the challenge divisible by 8 the key vanishes from the equation. */
function forgedUnderSmallOrderKey(verifyKey: Bytes): Unnamed {
  const encodedR = BASE.multiply(NONCE).toBytes();
  const message = messageWhere(encodedR, verifyKey, (challenge) => challenge % 8n === 0n);
  return {
    message,
    signature: concatBytes(encodedR, encodeScalar(NONCE)),
    verifyKey,
    acceptedByZip215: true,
  };
}

/** S = k·a: the equation holds up to the small-order R itself. */
function withSmallOrderR(encodedR: Bytes): Unnamed {
  const verifyKey = BASE.multiply(SECRET).toBytes();
  const message = Uint8Array.of(1);
  const s = (challengeOf(encodedR, verifyKey, message) * SECRET) % ORDER;
  return { message, signature: concatBytes(encodedR, encodeScalar(s)), verifyKey, acceptedByZip215: true };
}

function withMixedOrderR(torsion: Point): Unnamed {
  const encodedR = BASE.multiply(NONCE).add(torsion).toBytes();
  const verifyKey = BASE.multiply(SECRET).toBytes();
  const message = Uint8Array.of(2);
  return { message, signature: signed(encodedR, verifyKey, message), verifyKey, acceptedByZip215: true };
}

function underMixedOrderKey(torsion: Point, challengeDivisibleBy8: boolean): Unnamed {
  const encodedR = BASE.multiply(NONCE).toBytes();
  const verifyKey = BASE.multiply(SECRET).add(torsion).toBytes();
  const message = messageWhere(encodedR, verifyKey, (challenge) =>
    challengeDivisibleBy8 ? challenge % 8n === 0n : challenge % 2n === 1n,
  );
  return { message, signature: signed(encodedR, verifyKey, message), verifyKey, acceptedByZip215: true };
}

/** An honest signature with a multiple of the group order added to S (malleability). */
function withUnreducedS(multiple: bigint): Unnamed {
  const encodedR = BASE.multiply(NONCE).toBytes();
  const verifyKey = BASE.multiply(SECRET).toBytes();
  const message = Uint8Array.of(3);
  const s = (NONCE + challengeOf(encodedR, verifyKey, message) * SECRET) % ORDER;
  const unreduced = encodeScalar(s + multiple * ORDER);
  return { message, signature: concatBytes(encodedR, unreduced), verifyKey, acceptedByZip215: false };
}

function signed(encodedR: Bytes, verifyKey: Bytes, message: Bytes): Bytes {
  const s = (NONCE + challengeOf(encodedR, verifyKey, message) * SECRET) % ORDER;
  return concatBytes(encodedR, encodeScalar(s));
}

function messageWhere(encodedR: Bytes, verifyKey: Bytes, fits: (challenge: bigint) => boolean): Bytes {
  for (let counter = 0; counter < 256; counter++) {
    const message = Uint8Array.of(counter);
    if (fits(challengeOf(encodedR, verifyKey, message))) return message;
  }
  throw new Error("no fitting challenge in 256 messages");
}

function challengeOf(encodedR: Bytes, verifyKey: Bytes, message: Bytes): bigint {
  const digest = sha512(concatBytes(encodedR, verifyKey, message));
  return digest.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) % ORDER;
}

function encodeScalar(scalar: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((scalar >> BigInt(8 * index)) & 255n));
}
