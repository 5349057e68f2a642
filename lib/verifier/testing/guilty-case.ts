import type { Claim } from "#protocol/evidence/evidence.ts";
import type { Subject } from "./evidence-world.ts";

/** A lie, and what its victim makes of it. */
export type GuiltyCase = Subject & {
  readonly name: string;
  readonly accused: "instance" | "deployment";
};

/** What a creator of evidence made; undefined means that it saw no lie. */
export function need(claim: Claim | undefined): Claim {
  if (!claim) throw new Error("the creator of this evidence sees no lie");
  return claim;
}
