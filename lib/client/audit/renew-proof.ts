import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeEvidence, parseEvidence } from "#protocol/evidence/evidence.ts";
import { isProven, type VerifyEvidence } from "./accuse.ts";
import type { AuditContext } from "./audit-context.ts";

/**
 * Saved evidence with the blocks of anchors that were named since, or that the device had not heard of when it was
 * saved: who reads it compares with those. As it was saved where nothing better can be had.
 */
export async function renewProof(
  context: Pick<AuditContext, "archive">,
  verifyEvidence: VerifyEvidence,
  saved: Bytes,
): Promise<Bytes> {
  const evidence = parseEvidence(saved);
  if (!evidence.ok) throw new Error("saved evidence was encoded here");
  const ledger: Bytes[] = [];
  for (const bundle of evidence.value.ledger) ledger.push(await context.archive.withAnchors(bundle));
  const renewed = { ...evidence.value, ledger };
  const encoded = encodeEvidence(renewed);
  return (await isProven(context, verifyEvidence, renewed, encoded)) ? encoded : saved;
}
