import {
  emptyReceiptLie,
  olderContentLie,
  otherResultsLie,
  replayedAnswerLie,
  withheldContentLie,
} from "./lies/altered-answer.ts";
import { missingSlotLie, noEpochsLie, staleSlotLie, twoRootsLie } from "./lies/epoch-lies.ts";
import { forgedWriteLie, hiddenWriteLie, replayElsewhereLie, staleReadLie } from "./lies/forged-leaf.ts";
import { heldAuditLie } from "./lies/held-audit.ts";
import { hiddenKeyLie, hiddenVersionLie } from "./lies/hidden-entry.ts";
import { eclipseLie, forgedLedgerLie } from "./lies/ledger-lies.ts";
import { privateBranchLie } from "./lies/private-branch.ts";
import { backdatingLie, rollbackLie, swapLie } from "./lies/rewritten-history.ts";
import { starvedReplayLie } from "./lies/starved-command.ts";
import { unallowedWriteLie } from "./lies/unallowed-write.ts";
import type { CreateLie } from "./mallory.ts";

/** One way of lying, by its number in the threat model. */
export interface Attack {
  readonly number: number;
  readonly title: string;
  readonly createLie: CreateLie;
  /** Whether it takes an ally: somebody in the organization who has no role in any workspace. */
  readonly needsStranger?: true;
}

export const ATTACKS: readonly Attack[] = [
  { number: 1, title: "acknowledges a write without a valid receipt", createLie: emptyReceiptLie },
  { number: 2, title: "receipts a write and seals without it", createLie: privateBranchLie("write") },
  { number: 3, title: "reads an older version after the newer", createLie: staleReadLie },
  { number: 5, title: "rolls a workspace back for everyone", createLie: rollbackLie },
  { number: 9, title: "swaps two receipted operations", createLie: swapLie },
  { number: 10, title: "backdates an operation before a receipted one", createLie: backdatingLie },
  { number: 13, title: "replays a record in another log", createLie: replayElsewhereLie },
  { number: 14, title: "replays an old read answer", createLie: replayedAnswerLie },
  { number: 15, title: "forges a write", createLie: forgedWriteLie },
  {
    number: 16,
    title: "accepts a write by a user without a role",
    createLie: unallowedWriteLie,
    needsStranger: true,
  },
  { number: 20, title: "stops publishing epochs", createLie: noEpochsLie },
  { number: 21, title: "leaves one log out of the epoch tree", createLie: missingSlotLie },
  { number: 22, title: "seals below receipted operations", createLie: staleSlotLie },
  { number: 24, title: "shows two roots for one epoch", createLie: twoRootsLie },
  { number: 26, title: "forges the ledger's headers and proofs", createLie: forgedLedgerLie },
  { number: 27, title: "withholds the ledger", createLie: eclipseLie },
  { number: 28, title: "hides a write from the map", createLie: hiddenWriteLie },
  { number: 29, title: "returns other results than it logged", createLie: otherResultsLie },
  { number: 30, title: "drops a READ record", createLie: privateBranchLie("read") },
  { number: 32, title: "withholds ciphertext and blocks", createLie: withheldContentLie },
  { number: 33, title: "swaps a ciphertext for an older one", createLie: olderContentLie },
  { number: 44, title: "holds an audit back and seals two histories in turn", createLie: heldAuditLie },
  { number: 45, title: "answers everything but what proves", createLie: starvedReplayLie },
  { number: 46, title: "hides a newest version behind a later leaf", createLie: hiddenVersionLie },
  { number: 46, title: "replaces the workspace's key behind a later leaf", createLie: hiddenKeyLie },
];
