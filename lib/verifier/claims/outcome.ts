import { type Bytes, equal } from "../bytes.ts";
import type { Case } from "../case.ts";
import type { Leaf } from "../leaf.ts";
import { mapKey, parseValue } from "../log-map.ts";
import type { Write } from "../record.ts";
import type { ProvenQuestion } from "./question.ts";

/** A write that was applied although it does not fit the map before it, or called a conflict although it does. */
export function isOutcomeWrong(
  file: Case,
  question: ProvenQuestion,
  { record, stamp }: Extract<Leaf, { readonly kind: "record" }>,
): boolean {
  const { content } = record;
  const write = file.steps.expect("evidenceSuffices", content.kind === "write" && content, "a write");
  const fits = doesFit(file, question, write);
  if (stamp.outcome === "applied") return !fits;
  return stamp.outcome === "conflict" && fits && stamp.epoch <= record.sealedEpoch + 3;
}

function doesFit(file: Case, { entries }: ProvenQuestion, { items, guards }: Write): boolean {
  const proven = <T>(found: T | undefined): T => file.steps.expect("evidenceSuffices", found, "an entry");
  const newestOf = (manifest: Bytes) =>
    proven(entries.read(mapKey.manifest(manifest), parseValue.manifest))?.version ?? 0;
  const newestKey = proven(entries.read(mapKey.newestKey(), parseValue.newestKey))?.keyIndex;
  return (
    guards.every(({ manifest, version }) => newestOf(manifest) === version) &&
    items.every(({ manifest, baseVersion, baseRecord, keyIndex }) => {
      if (keyIndex !== newestKey || newestOf(manifest) !== baseVersion) return false;
      if (baseVersion === 0) return true;
      const key = mapKey.manifestVersion(manifest, baseVersion);
      const base = proven(entries.read(key, parseValue.manifestVersion));
      return base !== null && equal(base.recordHash, baseRecord);
    })
  );
}
