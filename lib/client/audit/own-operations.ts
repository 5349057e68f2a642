import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { OwnOperation } from "#protocol/log/check-own-operations.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import type { AuditHost, SealedSizes } from "../engine-parts.ts";
import type { OperationRow } from "../journal/tables.ts";
import { CHECKPOINTS } from "./tables.ts";

/** A row of the journal with what a check needs of it; undefined while it has no receipt. */
export interface ReceiptedOperation extends OwnOperation {
  readonly row: OperationRow;
}

export function receiptedOperation(suite: CryptoSuite, row: OperationRow): ReceiptedOperation | undefined {
  if (row.receipt === null) return undefined;
  // Both were encoded or verified here before the row was written.
  const record = unwrap(parseRecord(row.record));
  const stamp = unwrap(parseStamp(row.receipt.stamp));
  const read = row.opening && row.results ? { opening: row.opening, results: row.results } : null;
  return { row, record, recordHash: recordHashOf(suite, row.record, row.signature), stamp, read };
}

/** Those with a receipt of which no seal was checked yet. */
export async function waitingOperations(
  { journal, suite }: Pick<AuditHost, "journal" | "suite">,
  log: Bytes,
): Promise<readonly ReceiptedOperation[]> {
  return (await journal.openOperations(log))
    .map((row) => receiptedOperation(suite, row))
    .filter((operation) => operation !== undefined);
}

/**
 * What newest seals cover. A receipt may come after the seal over its operation was checked: the check of that one is
 * still to run, and so nothing from there on is checked whole.
 */
export async function sealedSizesOf(
  host: Pick<AuditHost, "journal" | "suite" | "rows">,
  log: Bytes,
): Promise<SealedSizes> {
  const sealed = (await host.rows.list(CHECKPOINTS, log)).at(-1)?.size ?? 0;
  const waiting = await waitingOperations(host, log);
  return { sealed, verified: Math.min(sealed, ...waiting.map(({ stamp }) => stamp.index)) };
}

/** The newest operation of a device below `size`; null if there is none. */
export function newestBelow(
  device: Bytes,
  operations: readonly ReceiptedOperation[],
  size: number,
): ReceiptedOperation | null {
  const below = operations.filter(
    ({ record, stamp }) => stamp.index < size && equalBytes(record.device, device),
  );
  return below.reduce<ReceiptedOperation | null>(
    (newest, operation) => (newest && newest.stamp.index > operation.stamp.index ? newest : operation),
    null,
  );
}
