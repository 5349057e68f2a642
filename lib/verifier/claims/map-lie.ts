import { equal, hex } from "../bytes.ts";
import { blame, type Case, type Finding } from "../case.ts";
import { effectOf } from "../effect.ts";
import type { ClaimOf } from "../evidence.ts";
import { rootAfter } from "../prefix-map.ts";
import { sha256 } from "../sha256.ts";
import { needQuestion } from "./question.ts";

/** A leaf whose map root does not follow from the map before it and the leaf's own record and outcome. */
export async function judgeMapLie(file: Case, { question }: ClaimOf<"mapLie">): Promise<Finding> {
  const { steps } = file;
  const { leaf: parsed, before, entries, index, signer } = await needQuestion(file, question);
  const leaf = steps.need("recordIsReadable", parsed);
  steps.expect("evidenceSuffices", before !== null || index === 0, "the leaf before");
  const effect = steps.expect("evidenceSuffices", effectOf(leaf, index, entries), "entries of the map");
  const changes = effect.map(({ key, value }) => ({ key, valueHash: sha256(value) }));
  const root = steps.expect("evidenceSuffices", rootAfter(entries.claims, changes), "entries of the map");
  const isWrong = !equal(root, leaf.stamp.mapRoot);
  const detail = `due ${hex(root)}, stamped ${hex(leaf.stamp.mapRoot)}`;
  return { contradicts: steps.decide("mapRootIsWrong", isWrong, detail), accused: blame(file, signer) };
}
