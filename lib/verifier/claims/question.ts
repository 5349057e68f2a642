import { ZERO_HASH } from "../bytes.ts";
import { type Case, type Entries, needEntries, needHead, needIncluded, needLeaf } from "../case.ts";
import type { Question } from "../evidence-parts.ts";
import type { Leaf } from "../leaf.ts";

/** A leaf to be judged, with what is proven of the log just before it. */
export interface ProvenQuestion {
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Undefined where its bytes are no leaf. */
  readonly leaf: Leaf | undefined;
  /** Null for the first leaf, and where the file does not have it. */
  readonly before: Leaf | null;
  /** Of the map before the leaf; those of the first leaf are all absent. */
  readonly entries: Entries;
  readonly signer: Uint8Array | null;
}

export async function needQuestion(file: Case, question: Question): Promise<ProvenQuestion> {
  const { steps } = file;
  const { leaf, before } = question;
  const vouched = await needHead(file, question.head);
  const { head, signer } = vouched;
  const parsed = needIncluded(file, vouched, leaf, "leafIsIncluded");
  if (before) steps.need("leafBeforeIsIncluded", before.index === leaf.index - 1, `index ${before.index}`);
  const leafBefore = before && needLeaf(file, vouched, before, "leafBeforeIsIncluded");
  const isKnown = leafBefore !== null || leaf.index === 0 || question.entries.length === 0;
  steps.expect("evidenceSuffices", isKnown, "the leaf before");
  return {
    index: leaf.index,
    size: head.size,
    root: head.root,
    leaf: parsed,
    before: leafBefore,
    entries: needEntries(file, leafBefore?.stamp.mapRoot ?? ZERO_HASH, question.entries),
    signer,
  };
}
