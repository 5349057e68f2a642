import { type Bytes, concat, utf8 } from "./bytes.ts";

/** SHA-256 (FIPS 180-4), synchronous: one awaited WebCrypto call for each node of a tree would cost far more than the hash. */
export function sha256(message: Bytes): Bytes {
  const state = Uint32Array.from(INITIAL);
  const schedule = new Uint32Array(64);
  const whole = message.length - (message.length % 64);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  for (let offset = 0; offset < whole; offset += 64) compress(state, schedule, view, offset);

  const rest = message.subarray(whole);
  const last = new Uint8Array(rest.length < 56 ? 64 : 128);
  last.set(rest);
  last[rest.length] = 0x80;
  const lastView = new DataView(last.buffer);
  lastView.setBigUint64(last.length - 8, BigInt(message.length) * 8n);
  for (let offset = 0; offset < last.length; offset += 64) compress(state, schedule, lastView, offset);

  const digest = new DataView(new ArrayBuffer(32));
  for (const [index, word] of state.entries()) digest.setUint32(4 * index, word);
  return new Uint8Array(digest.buffer);
}

/** SHA-256(`holdfast/v1/<kind>` ‖ NUL ‖ parts). */
export function hashInContext(kind: string, ...parts: readonly Bytes[]): Bytes {
  return sha256(concat(contextOf(kind), ...parts));
}

/** What keeps bytes that are hashed or signed for one purpose from meaning anything for another. */
export function contextOf(kind: string): Bytes {
  return utf8(`holdfast/v1/${kind}\0`);
}

function compress(state: Uint32Array, schedule: Uint32Array, block: DataView, offset: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = block.getUint32(offset + 4 * t);
  for (let t = 16; t < 64; t++) {
    const x = schedule[t - 15] ?? 0;
    const y = schedule[t - 2] ?? 0;
    const small0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const small1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    schedule[t] = (schedule[t - 16] ?? 0) + small0 + (schedule[t - 7] ?? 0) + small1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (ROUND[t] ?? 0) + (schedule[t] ?? 0)) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 64 primes: their cube roots' fractions are the round constants, the first eight square roots' the start. */
const PRIMES = Array.from({ length: 310 }, (_, n) => n + 2).filter((n) => {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
});
const INITIAL = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2n));
const ROUND = PRIMES.slice(0, 64).map((prime) => fractionOfRoot(prime, 3n));

/** The first 32 bits of the fraction of the prime's square or cube root: ⌊root(prime · 2^(32·degree))⌋ mod 2^32. */
function fractionOfRoot(prime: number, degree: bigint): number {
  const target = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}
