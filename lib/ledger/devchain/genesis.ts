import { join } from "node:path";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { governorsSchema, paramsSchema } from "#protocol/checkpoint/transaction.ts";
import {
  array,
  bytes,
  codec,
  type Infer,
  integer,
  literal,
  struct,
  text,
  uint,
} from "#protocol/codec/schema.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { readIfExists, writeAtomically } from "./atomic-file.ts";

/** Everything a devchain begins with. It stays on the operator's disk: the file holds the validators' keys. */
const genesisSchema = struct({
  v: [0, literal(1)],
  chainId: [1, text(50)],
  seconds: [2, uint],
  nanos: [3, integer(0, 999_999_999)],
  validatorSecretKeys: [4, array(bytes(32), 64)],
  governorSecretKey: [5, bytes(32)],
  governors: [6, governorsSchema],
  params: [7, paramsSchema],
});

export type DevchainGenesis = Infer<typeof genesisSchema>;

const genesisCodec = codec(genesisSchema, 65_536);

const VALIDATOR_COUNT = 4;

export interface GenesisRequest {
  readonly dir: string;
  readonly chainId: string;
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly nowMs: () => number;
}

/** The folder's genesis; made, with four new validator keys, if there is none. One file, hence all or nothing. */
export function openGenesis({ dir, chainId, suite, randomBytes, nowMs }: GenesisRequest): DevchainGenesis {
  const path = join(dir, "genesis.cbor");
  const stored = readIfExists(path);
  if (stored) {
    const genesis = unwrap(genesisCodec.decode(stored));
    if (genesis.chainId !== chainId) throw new Error(`the folder holds the chain ${genesis.chainId}`);
    return genesis;
  }
  const startMs = nowMs();
  const governorSecretKey = randomBytes(32);
  const genesis: DevchainGenesis = {
    v: 1,
    chainId,
    seconds: Math.floor(startMs / 1000),
    nanos: Math.floor(startMs % 1000) * 1_000_000,
    validatorSecretKeys: Array.from({ length: VALIDATOR_COUNT }, (): Bytes => randomBytes(32)),
    governorSecretKey,
    governors: { keys: [suite.verifyKeyOf(governorSecretKey)], threshold: 1 },
    params: { maxDeployments: 1000, maxClaimsPerBlock: 16 },
  };
  writeAtomically(path, genesisCodec.encode(genesis));
  return genesis;
}
