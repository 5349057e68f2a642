import { type Bytes, concatBytes, zeroBytes } from "../../bytes/bytes.ts";
import type { Sha256 } from "../../merkle/tree-hash.ts";
import type { MapEntry } from "../prefix-map.ts";

/** The root read word for word from the definition; `entries` have distinct keys. */
export function naiveRootHash(sha256: Sha256, entries: readonly MapEntry[], depth = 0): Bytes {
  const [only, second] = entries;
  if (only === undefined) return zeroBytes(32);
  if (second === undefined) return sha256(concatBytes(Uint8Array.of(2), only.key, only.valueHash));
  const side = (bit: string): Bytes =>
    naiveRootHash(
      sha256,
      entries.filter(({ key }) => bitsOf(key).charAt(depth) === bit),
      depth + 1,
    );
  return sha256(concatBytes(Uint8Array.of(3), side("0"), side("1")));
}

function bitsOf(key: Bytes): string {
  return [...key].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
