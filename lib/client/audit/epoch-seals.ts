import { equalBytes } from "#protocol/bytes/bytes.ts";
import { parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { checkEpochSeal, type EpochSeal, type EpochSealFault } from "#protocol/checkpoint/epoch-seal.ts";
import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import { createTwoEpochRecords } from "#protocol/evidence/create-two-epoch-records.ts";
import type { SignedEpochRecord } from "#protocol/evidence/evidence.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { AuditHost } from "../engine-parts.ts";
import { putRow, removeRow } from "../storage/sealed-rows.ts";
import type { AuditContext } from "./audit-context.ts";
import type { ProvenClaim } from "./prove-fault.ts";
import { SEALS, type SealRow } from "./tables.ts";

/**
 * Checks a server's signed record of an anchored epoch and keeps it, so that another record of that epoch can be held
 * against whoever signed both, even if it is the ledger that brings it.
 */
export async function checkSeal(
  { suite, rows }: Pick<AuditHost, "suite" | "rows">,
  seal: EpochSeal,
  anchored: { readonly epoch: number; readonly record: Uint8Array },
  registry: readonly RegistryEntry[],
): Promise<Result<null, EpochSealFault>> {
  const { epoch } = anchored;
  const kept = await rows.get(SEALS, epoch);
  if (kept && isSame(kept.seal, seal) && equalBytes(seal.record, anchored.record)) return ok(null);
  // What was kept is what stands against the ledger now: a newer word of the same instance must not take its place.
  if (kept && !equalBytes(kept.seal.record, anchored.record)) {
    const [first] = kept.seal.signatures;
    return err({
      type: "EpochRecordDiffers",
      signed: first ? { record: kept.seal.record, ...first } : null,
    });
  }
  const checked = checkEpochSeal(suite, seal, anchored, registry);
  if (!checked.ok) return checked;
  const isMissed = checked.value.missing.length > 0;
  const old = (await rows.list(SEALS)).slice(0, 1 - KEPT_SEALS);
  await rows.write([
    ...(kept ? [] : old.map((row) => removeRow(SEALS, [row.epoch]))),
    putRow<SealRow>(SEALS, [epoch], { v: 1, epoch, seal, isMissed }),
  ]);
  return ok(null);
}

/** Signed, and not what the ledger has of its epoch; nor what the same instance had signed, where that was kept. */
export async function proveRival(
  { host, archive }: Pick<AuditContext, "host" | "archive">,
  rival: SignedEpochRecord,
): Promise<ProvenClaim | undefined> {
  const record = parseEpochRecord(rival.record);
  const anchored = record.ok ? await archive.keep(record.value.epoch) : undefined;
  if (!record.ok || anchored?.ok !== true) return undefined;
  const kept = (await host.rows.get(SEALS, record.value.epoch))?.seal;
  const isOther = kept !== undefined && !equalBytes(kept.record, rival.record);
  const earlier = isOther ? kept.signatures.find(({ key }) => equalBytes(key, rival.key)) : undefined;
  const other =
    kept && earlier ? { signed: { record: kept.record, ...earlier } } : { anchored: anchored.value.record };
  const claim = createTwoEpochRecords(rival, other);
  return claim && { claim, epochs: [record.value.epoch] };
}

/** The ledger has another record of this epoch than the one that instances had signed and this device has kept. */
export async function proveRewritten(
  { host, archive }: AuditContext,
  epoch: number,
): Promise<ProvenClaim | undefined> {
  const kept = await host.rows.get(SEALS, epoch);
  const signature = kept?.seal.signatures[0];
  if (!kept || !signature) return undefined;
  const anchored = await archive.renew(epoch);
  if (!anchored.ok) return undefined;
  const signed = { record: kept.seal.record, ...signature };
  const claim = createTwoEpochRecords(signed, { anchored: anchored.value.record });
  return claim && { claim, epochs: [epoch] };
}

function isSame(a: EpochSeal, b: EpochSeal): boolean {
  return (
    equalBytes(a.record, b.record) &&
    a.signatures.length === b.signatures.length &&
    a.signatures.every((signature, place) => {
      const other = b.signatures[place];
      return (
        other !== undefined &&
        equalBytes(signature.key, other.key) &&
        equalBytes(signature.signature, other.signature)
      );
    })
  );
}

/** Of the epochs looked at last. */
const KEPT_SEALS = 256;
