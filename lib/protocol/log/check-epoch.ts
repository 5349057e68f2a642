import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { verifyConsistency, verifyInclusion } from "../merkle/merkle-proof.ts";
import { type MapProof, verifyEntry } from "../prefix-map/map-proof.ts";
import { err, ok, type Result } from "../result.ts";
import { checkpointHashOf, epochSlotKeyOf, type Head, verifyNote } from "./head.ts";
import { leafHashOf, parseLeaf, parseStamp } from "./leaf.ts";
import type { EntryReader } from "./map-entry.ts";
import { type ProvenEntry, verifyEntries } from "./receipt.ts";
import { parseEpochLeafRecord } from "./record.ts";

/**
 * Checks E3 and E4 for one log in one anchored epoch: the record of this epoch (already proven on the ledger)
 * commits to this checkpoint, the checkpoint continues everything this device relied on before, and it ends with
 * the leaf that closes the epoch. What comes out is the one state of the log that everybody must agree on.
 */
export type EpochFault =
  | { readonly type: "CheckpointNoteInvalid"; readonly check: "E3" }
  | { readonly type: "CheckpointNotInEpochTree"; readonly check: "E3" }
  | { readonly type: "CheckpointInconsistent"; readonly check: "E3"; readonly checkpoint: Head }
  | { readonly type: "CheckpointShrank"; readonly check: "E4"; readonly checkpoint: Head }
  | { readonly type: "EpochLeafNotLast"; readonly check: "E4" }
  /** The closing leaf is of an epoch whose seal, at `previous`, was without it: the answer's own leaf proves it. */
  | { readonly type: "LeafBeyondSeal"; readonly check: "E4"; readonly checkpoint: Head }
  | { readonly type: "CheckpointEntryNotProven"; readonly check: "E1" };

export interface EpochAnswer {
  readonly note: Bytes;
  readonly slotProof: MapProof;
  /** In the order of `comparedHeads`. */
  readonly consistencyPaths: readonly (readonly Bytes[])[];
  readonly epochLeaf: Bytes;
  readonly inclusionPath: readonly Bytes[];
  readonly entries: readonly ProvenEntry[];
}

export interface VerifiedCheckpoint {
  readonly epoch: number;
  readonly head: Head;
  readonly note: Bytes;
  /** Number of the newest epoch leaf in the log: the epoch itself, or an earlier one where nothing was written since. */
  readonly closedEpoch: number;
  readonly mapRoot: Bytes;
  readonly entries: EntryReader;
  readonly isProven: (key: Bytes) => boolean;
}

/** What a device has of a log before it looks at a checkpoint. */
interface RelyingOn {
  /** Every head that it relies on: the newest accepted one, other checkpoints, what was replayed. */
  readonly relied: readonly Head[];
  /** The log's checkpoint in the newest epoch before this one that this device verified; null if none. */
  readonly previous: { readonly head: Head; readonly epoch: number } | null;
}

/** All that the checkpoint must continue, or be the beginning of: the request names their sizes in this order. */
export function comparedHeads({ relied, previous }: RelyingOn): readonly Head[] {
  return previous ? [...relied, previous.head] : relied;
}

export function checkEpoch(
  suite: CryptoSuite,
  input: {
    readonly log: Bytes;
    readonly epoch: number;
    /** Epoch-tree root of the record that the light client proved to be the one of this epoch. */
    readonly epochRoot: Bytes;
    readonly instanceKeys: readonly Bytes[];
    readonly answer: EpochAnswer;
  } & RelyingOn,
): Result<VerifiedCheckpoint, EpochFault> {
  const { log, epoch, answer } = input;
  const note = verifyNote(suite, answer.note, input.instanceKeys);
  if (!note.ok || !equalBytes(note.value.log, log))
    return err({ type: "CheckpointNoteInvalid", check: "E3" });
  const head: Head = { log, size: note.value.size, root: note.value.root };
  const slot = verifyEntry(suite.sha256, {
    root: input.epochRoot,
    key: epochSlotKeyOf(suite, log),
    valueHash: checkpointHashOf(suite, note.value.body),
    proof: answer.slotProof,
  });
  if (!slot.ok) return err({ type: "CheckpointNotInEpochTree", check: "E3" });
  const previous = input.previous;
  if (previous && head.size < previous.head.size)
    return err({ type: "CheckpointShrank", check: "E4", checkpoint: head });
  const compared = comparedHeads(input);
  const isContinuing =
    answer.consistencyPaths.length === compared.length &&
    compared.every((other, at) => areConsistent(suite, other, head, answer.consistencyPaths[at] ?? []));
  if (!isContinuing) return err({ type: "CheckpointInconsistent", check: "E3", checkpoint: head });
  const closing = parseClosingLeaf(suite, head, answer);
  if (!closing || closing.epoch > epoch) return err({ type: "EpochLeafNotLast", check: "E4" });
  // A log that did not grow keeps its slot as it was; one that grew closes exactly this epoch, unless epochs in
  // between were not looked at, and then some epoch after the previous one: what was stamped for an earlier epoch
  // would have been under that seal.
  const hasGrown = previous !== null && head.size > previous.head.size;
  if (hasGrown && closing.epoch <= previous.epoch) {
    return err({ type: "LeafBeyondSeal", check: "E4", checkpoint: head });
  }
  const proven = verifyEntries(suite, closing.mapRoot, answer.entries);
  if (!proven) return err({ type: "CheckpointEntryNotProven", check: "E1" });
  return ok({
    epoch,
    head,
    note: answer.note,
    closedEpoch: closing.epoch,
    mapRoot: closing.mapRoot,
    ...proven,
  });
}

/** Consistency of two heads of one log in whichever direction the sizes allow. */
export function areConsistent(
  suite: Pick<CryptoSuite, "sha256">,
  a: Pick<Head, "size" | "root">,
  b: Pick<Head, "size" | "root">,
  path: readonly Bytes[],
): boolean {
  const [first, second] = a.size <= b.size ? [a, b] : [b, a];
  if (first.size === 0) return path.length === 0;
  return verifyConsistency(suite.sha256, {
    size1: BigInt(first.size),
    size2: BigInt(second.size),
    root1: first.root,
    root2: second.root,
    path,
  }).ok;
}

function parseClosingLeaf(
  suite: CryptoSuite,
  head: Head,
  answer: EpochAnswer,
): { readonly epoch: number; readonly mapRoot: Bytes } | undefined {
  const leaf = parseLeaf(answer.epochLeaf);
  if (!leaf.ok || leaf.value.signature.length > 0 || head.size === 0) return undefined;
  const inclusion = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(head.size - 1),
    treeSize: BigInt(head.size),
    leafHash: leafHashOf(suite, leaf.value),
    path: answer.inclusionPath,
    root: head.root,
  });
  const record = parseEpochLeafRecord(leaf.value.record);
  const stamp = parseStamp(leaf.value.stamp);
  if (!inclusion.ok || !record.ok || !stamp.ok) return undefined;
  const { epoch } = record.value.content.body;
  const isRight =
    stamp.value.index === head.size - 1 &&
    stamp.value.epoch === epoch &&
    equalBytes(record.value.log, head.log);
  return isRight ? { epoch, mapRoot: stamp.value.mapRoot } : undefined;
}
