import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  type Governors,
  governorsSchema,
  type Params,
  paramsSchema,
  validatorSchema,
} from "#protocol/checkpoint/transaction.ts";
import { array, codec, type Infer, struct, uint } from "#protocol/codec/schema.ts";
import type { Hasher } from "#protocol/comet/merkle-root.ts";
import { hashInContext } from "#protocol/crypto/context.ts";

export type LedgerValidator = Infer<typeof validatorSchema>;

/** Who may change the ledger's own rules, after how many changes, and who validates. */
export function governanceHash(
  suite: Hasher,
  governors: Governors,
  sequence: number,
  validators: readonly LedgerValidator[],
): Bytes {
  return hashInContext(
    suite,
    "ledger-governance",
    governanceCodec.encode({ governors, sequence, validators }),
  );
}

export function paramsHash(suite: Hasher, params: Params): Bytes {
  return hashInContext(suite, "ledger-params", paramsCodec.encode(params));
}

const governanceCodec = codec(
  struct({
    governors: [0, governorsSchema],
    sequence: [1, uint],
    validators: [2, array(validatorSchema, 128)],
  }),
  65_536,
);

const paramsCodec = codec(paramsSchema, 64);
