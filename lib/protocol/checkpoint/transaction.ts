import { type Bytes, compareBytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import {
  array,
  bytes,
  bytesUpTo,
  codec,
  type Infer,
  integer,
  literal,
  struct,
  text,
  uint,
  variant,
} from "../codec/schema.ts";
import { signInContext, verifyInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { err, ok, type Result } from "../result.ts";
import { epochRecordBytesMax } from "./epoch-record.ts";
import {
  MAX_ACTIVE_INSTANCES,
  MAX_EVIDENCE_BYTES,
  MAX_FORCED_RECORD_BYTES,
  MAX_OPEN_CHALLENGES,
  MAX_RESPONSE_BYTES,
  MAX_TRANSACTION_BYTES,
} from "./limits.ts";
import { instanceSchema, policySchema } from "./registration.ts";

const signatureSchema = struct({ key: [0, bytes(32)], signature: [1, bytes(64)] });

/** An Ed25519 signature with the key that made it. */
export type KeyedSignature = Infer<typeof signatureSchema>;

export const signaturesSchema = array(signatureSchema, 2 * MAX_ACTIVE_INSTANCES);

/** Limits that the ledger's governors set against spam. */
export const paramsSchema = struct({
  maxDeployments: [0, integer(1, 1_000_000)],
  maxClaimsPerBlock: [1, integer(0, 1000)],
});

export type Params = Infer<typeof paramsSchema>;

export const validatorSchema = struct({
  key: [0, bytes(32)],
  /** 0 removes the validator. */
  power: [1, integer(0, 1_000_000_000)],
});

export const governorsSchema = struct({
  keys: [0, array(bytes(32), 32)],
  threshold: [1, integer(1, 32)],
});

export type Governors = Infer<typeof governorsSchema>;

const actionSchema = variant({
  /** Signed by the governance key and, as proof of possession, by every instance key it lists. */
  register: [1, struct({ registration: [0, bytesUpTo(8192)] })],
  /** Signed by the governance key and by every key in `added`. `sequence` counts a deployment's changes from 0. */
  setPolicy: [
    2,
    struct({
      deployment: [0, bytes(32)],
      sequence: [1, uint],
      policy: [2, policySchema],
      added: [
        3,
        array(struct({ instance: [0, instanceSchema], fromEpoch: [1, uint] }), MAX_ACTIVE_INSTANCES),
      ],
      retired: [4, array(struct({ key: [0, bytes(32)], retiredAt: [1, uint] }), MAX_ACTIVE_INSTANCES)],
    }),
  ],
  /** Carries the instances' signatures over the epoch record itself; the transaction is not signed again. */
  checkpoint: [
    3,
    struct({
      record: [0, bytesUpTo(epochRecordBytesMax)],
      signatures: [1, signaturesSchema],
      /** Encoded `ChallengeResponse`s. */
      responses: [2, array(bytesUpTo(MAX_RESPONSE_BYTES), MAX_OPEN_CHALLENGES)],
    }),
  ],
  evidence: [4, struct({ deployment: [0, bytes(32)], evidence: [1, bytesUpTo(MAX_EVIDENCE_BYTES)] })],
  /** A whole record that the deployment did not append. */
  force: [
    5,
    struct({
      deployment: [0, bytes(32)],
      record: [1, bytesUpTo(MAX_FORCED_RECORD_BYTES)],
      signature: [2, bytes(64)],
    }),
  ],
  /** A head, as a signed note of a registered instance, that later checkpoints must contain. */
  challenge: [6, struct({ deployment: [0, bytes(32)], note: [1, bytesUpTo(MAX_NOTE_BYTES)] })],
  /** Signed by a threshold of the ledger's governors. `sequence` counts their changes from 0. */
  governance: [
    7,
    struct({
      sequence: [0, uint],
      change: [
        1,
        variant({
          params: [1, paramsSchema],
          governors: [2, governorsSchema],
          validators: [3, array(validatorSchema, 64)],
        }),
      ],
    }),
  ],
});

export type Action = Infer<typeof actionSchema>;

const bodySchema = struct({ v: [0, literal(1)], chainId: [1, text(50)], action: [2, actionSchema] });

const bodyCodec = codec(bodySchema, MAX_TRANSACTION_BYTES);

const envelopeCodec = codec(
  struct({ body: [0, bytesUpTo(MAX_TRANSACTION_BYTES)], signatures: [1, signaturesSchema] }),
  MAX_TRANSACTION_BYTES,
);

export interface Transaction {
  readonly chainId: string;
  readonly action: Action;
  /** The signed bytes. */
  readonly body: Bytes;
  /** By key, ascending, each key once. */
  readonly signatures: readonly KeyedSignature[];
}

export type TransactionError = FormatError | { readonly type: "SignersNotAscending" };

/** Body and signatures (over context `ledger-transaction` ‖ body) as one byte string. */
export function createTransaction(
  suite: CryptoSuite,
  chainId: string,
  action: Action,
  secretKeys: readonly Bytes[] = [],
): Bytes {
  const body = bodyCodec.encode({ v: 1, chainId, action });
  const signatures = secretKeys.map((secretKey) => ({
    key: suite.verifyKeyOf(secretKey),
    signature: signInContext(suite, "ledger-transaction", body, secretKey),
  }));
  return envelopeCodec.encode({ body, signatures: sortSignatures(signatures) });
}

/** Shape only: whose signatures are needed is the application's rule. */
export function parseTransaction(transactionBytes: Bytes): Result<Transaction, TransactionError> {
  const envelope = envelopeCodec.decode(transactionBytes);
  if (!envelope.ok) return envelope;
  const { body, signatures } = envelope.value;
  const parsed = bodyCodec.decode(body);
  if (!parsed.ok) return parsed;
  const { chainId, action } = parsed.value;
  const ordered = action.kind === "checkpoint" ? action.body.signatures : signatures;
  if (!isAscending(ordered)) return err({ type: "SignersNotAscending" });
  return ok({ chainId, action, body, signatures });
}

export function verifyTransactionSignature(
  suite: CryptoSuite,
  transaction: Transaction,
  { key, signature }: KeyedSignature,
): boolean {
  return verifyInContext(suite, "ledger-transaction", transaction.body, signature, key);
}

/** The one accepted order, so a set of signatures has one encoding. */
export function sortSignatures(signatures: readonly KeyedSignature[]): readonly KeyedSignature[] {
  return signatures.toSorted((a, b) => compareBytes(a.key, b.key));
}

function isAscending(signatures: readonly KeyedSignature[]): boolean {
  return signatures.every(({ key }, index) => {
    const before = signatures[index - 1];
    return before === undefined || compareBytes(before.key, key) < 0;
  });
}
