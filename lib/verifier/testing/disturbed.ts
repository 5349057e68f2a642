import fc from "fast-check";

/** One bit of the bytes changed, or nothing. */
export function disturbed(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, fc.nat(), fc.boolean()).map(([original, bit, isChanged]) => {
    const out = Uint8Array.from(original);
    const at = Math.floor(bit / 8) % Math.max(1, out.length);
    if (isChanged && out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << (bit % 8));
    return out;
  });
}
