import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { type Transaction, verifyTransactionSignature } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Undefined when exactly these keys have signed the transaction. libsodium's rule refuses non-canonical keys and
 * keys of small order, so a key that has signed is also a key fit to be registered.
 */
export function signersError(
  suite: CryptoSuite,
  transaction: Transaction,
  required: readonly Bytes[],
): Refusal | undefined {
  const { signatures } = transaction;
  const exact =
    signatures.length === required.length &&
    required.every((key) => signatures.some((signature) => equalBytes(signature.key, key)));
  if (!exact) return { type: "SignersWrong" };
  const valid = signatures.every((signature) => verifyTransactionSignature(suite, transaction, signature));
  return valid ? undefined : { type: "SignatureInvalid" };
}
