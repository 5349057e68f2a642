import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
import type { Hasher } from "#protocol/comet/merkle-root.ts";
import { merkleRootOf } from "#protocol/comet/merkle-root.ts";
import { varintField } from "#protocol/comet/protobuf.ts";
import type { Result } from "#protocol/result.ts";
import { type Refusal, refusalCode } from "./refusal.ts";

/** `last_results_hash` of the next header: the Merkle root over the deterministic part of `ExecTxResult`. */
export function hashResults(suite: Hasher, results: readonly Result<null, Refusal>[]): Bytes {
  const leaves = results.map((result) =>
    result.ok ? EMPTY_BYTES : varintField(1, BigInt(refusalCode(result.error))),
  );
  return merkleRootOf(suite, leaves);
}
