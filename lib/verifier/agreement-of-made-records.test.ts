import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeEpochRecord,
  parseEpochRecord as parseProductEpochRecord,
} from "#protocol/checkpoint/epoch-record.ts";
import { encodeNoteBody, parseNoteBody as parseProductNoteBody } from "#protocol/log/head.ts";
import { encodeLeaf, encodeStamp, parseLeaf as parseProductLeaf, parseStamp } from "#protocol/log/leaf.ts";
import {
  encodeRecord,
  parseEpochLeafRecord,
  parseRecord as parseProductRecord,
} from "#protocol/log/record.ts";
import { parseLeaf } from "./leaf.ts";
import { parseEpochRecord } from "./ledger.ts";
import { parseNoteBody } from "./note.ts";
import { parseRecord } from "./record.ts";

/**
 * Records of every kind with any values that the format has room for, and a byte or three of them changed: what one
 * implementation reads and the other does not is a lie without evidence, or an accusation of the honest. A fixed seed
 * unless many are asked for: HOLDFAST_MUTATIONS=100000 for a long run.
 */
const MUTATIONS = Number(process.env["HOLDFAST_MUTATIONS"] ?? 0);
const RUNS = MUTATIONS > 0 ? { numRuns: MUTATIONS } : { numRuns: 1_500, seed: 20_261_129 };
const TIMEOUT_MS = 60_000 + 10 * MUTATIONS;

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hash = bytes(32);
const id = bytes(16);
/** Around each boundary of the encoding, and beyond what a number holds exactly in 32 bits. */
const BOUNDARIES = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const uint = fc.oneof(fc.constantFrom(...BOUNDARIES), fc.nat());

const item = fc.record({
  manifest: id,
  baseVersion: uint,
  baseRecord: hash,
  contentHash: hash,
  sizeBytes: uint,
  keyIndex: uint,
  tombstone: fc.boolean(),
});
const guard = fc.record({ manifest: id, version: uint });
const ring = fc.record({ user: id, ringHash: hash });
const profile = fc.constantFrom("administrator" as const, "standard" as const, "outsider" as const);
const role = fc.constantFrom("reader" as const, "contributor" as const, "manager" as const, "owner" as const);

const kind = <const K extends string, T>(name: K, body: fc.Arbitrary<T>) =>
  fc.record({ kind: fc.constant(name), body });
const content = fc.oneof(
  kind(
    "write",
    fc.record({ items: fc.array(item, { maxLength: 4 }), guards: fc.array(guard, { maxLength: 3 }) }),
  ),
  kind("read", fc.record({ count: fc.integer({ min: 1, max: 256 }), request: hash })),
  kind("name", fc.record({ keyIndex: uint, ciphertext: fc.uint8Array({ maxLength: 40 }) })),
  kind("role", fc.record({ user: id, role: fc.option(role), ringHash: fc.option(hash) })),
  kind(
    "rotation",
    fc.record({ keyIndex: uint, keyCommitment: hash, rings: fc.array(ring, { maxLength: 4 }) }),
  ),
  kind("user", fc.record({ user: id, boxKey: hash, profile, profileHash: hash })),
  kind("recover", fc.record({ user: id, verifyKey: hash, boxKey: hash, labelHash: hash })),
  kind("device", fc.record({ user: id, verifyKey: hash, labelHash: hash })),
  kind(
    "anchor",
    fc.record({ chainId: fc.string({ maxLength: 12, unit: "binary" }), height: uint, headerHash: hash }),
  ),
  kind("audit", fc.record({ epoch: uint, operations: uint })),
  kind("ack", fc.constant({})),
  kind("profile", fc.record({ user: id, profileHash: hash })),
  kind("workspace", fc.record({ workspace: hash })),
  kind("resolve", fc.record({ evidenceHash: hash, checkpointHash: hash })),
  kind("organizationGenesis", fc.record({ rootKey: hash, deployment: hash, nameHash: hash })),
  kind(
    "workspaceGenesis",
    fc.record({ organization: hash, owner: id, nonce: id, keyCommitment: hash, ringHash: hash }),
  ),
);
const record = fc.record({
  v: fc.constant(1 as const),
  log: hash,
  device: id,
  incarnation: id,
  seq: uint,
  prev: hash,
  seenSize: uint,
  seenRoot: hash,
  seenOrganization: fc.tuple(uint, hash),
  sealedEpoch: fc.oneof(fc.constant(-1), uint),
  sealedHash: hash,
  clientTime: uint,
  content,
});
const outcome = fc.constantFrom(
  "applied" as const,
  "conflict" as const,
  "expired" as const,
  "denied" as const,
  "staleKey" as const,
);
const stamp = fc.record({
  index: uint,
  serverTime: uint,
  instance: id,
  epoch: uint,
  organizationSize: uint,
  mapRoot: hash,
  outcome,
  results: fc.option(hash),
});

const edit = fc.record({
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
  how: fc.constantFrom("replace" as const, "remove" as const, "insert" as const, "nudge" as const),
});
const edits = fc.array(edit, { maxLength: 3 });
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(original: Uint8Array, changes: readonly Edit[]): Uint8Array {
  const out = [...original];
  for (const { at, byte, how } of changes) {
    const place = at % Math.max(1, out.length);
    if (how === "remove") out.splice(place, 1);
    else if (how === "insert") out.splice(place, 0, byte);
    else out[place] = how === "replace" ? byte : ((out[place] ?? 0) + (byte % 3) - 1) & 255;
  }
  return Uint8Array.from(out);
}

function isProductLeaf(leaf: Uint8Array): boolean {
  const parsed = parseProductLeaf(leaf);
  if (!parsed.ok || !parseStamp(parsed.value.stamp).ok) return false;
  const { record: inner, signature } = parsed.value;
  if (signature.length === 0) return parseEpochLeafRecord(inner).ok;
  return signature.length === 64 && parseProductRecord(inner).ok;
}

describe("what was made at random and changed a little", { timeout: TIMEOUT_MS }, () => {
  it("is a record, or a leaf, to both or to neither", () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(record, stamp, edits, edits, (made, stamped, inRecord, inLeaf) => {
        const encoded = edited(encodeRecord(made), inRecord);
        const isRecord = parseProductRecord(encoded).ok;
        seen.add(isRecord);
        expect(parseRecord(encoded) !== undefined).toBe(isRecord);
        const signature = new Uint8Array(64);
        const leaf = edited(encodeLeaf({ record: encoded, signature, stamp: encodeStamp(stamped) }), inLeaf);
        expect(parseLeaf(leaf) !== undefined).toBe(isProductLeaf(leaf));
      }),
      RUNS,
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it("is a head, or an epoch's record, to both or to neither", () => {
    fc.assert(
      fc.property(hash, hash, hash, uint, edits, (log, root, previous, number, changes) => {
        const body = edited(encodeNoteBody({ log, root, size: number }), changes);
        expect(parseNoteBody(body) !== undefined).toBe(parseProductNoteBody(body).ok);
        const sealed = encodeEpochRecord({ v: 1, deployment: log, epoch: number, previous, root });
        const epochRecord = edited(sealed, changes);
        expect(parseEpochRecord(epochRecord) !== undefined).toBe(parseProductEpochRecord(epochRecord).ok);
      }),
      RUNS,
    );
  });
});
