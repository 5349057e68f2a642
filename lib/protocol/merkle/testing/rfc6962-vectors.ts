import { type Bytes, EMPTY_BYTES } from "../../bytes/bytes.ts";
import { fromBase64 } from "../../bytes/text.ts";
import { type Result, unwrap } from "../../result.ts";
import { type MerkleProofError, verifyConsistency, verifyInclusion } from "../merkle-proof.ts";
import type { Sha256 } from "../tree-hash.ts";

export interface Rfc6962Report {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Cases whose published answer we knowingly do not give. */
  readonly oddities: readonly string[];
}

/**
 * Accepts two equal "roots" of 9 bytes for two trees of size 1. A root is a SHA-256, so this verifier refuses
 * them by their length.
 */
const NINE_BYTE_ROOTS = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json";

/** Runs the published proof cases; `path` is relative to the suite: `inclusion/…` or `consistency/…`. */
export function runRfc6962Vectors(
  sha256: Sha256,
  files: readonly { readonly path: string; readonly text: string }[],
): Rfc6962Report {
  const passed: string[] = [];
  const failed: string[] = [];
  const oddities: string[] = [];
  for (const { path, text } of files) {
    const vector = parseVector(text);
    const verdict = path.startsWith("inclusion/")
      ? verifyInclusionVector(sha256, vector)
      : verifyConsistencyVector(sha256, vector);
    const isOddity = path === NINE_BYTE_ROOTS && !verdict.ok && verdict.error.type === "MerkleHashNot32Bytes";
    if (isOddity) oddities.push(path);
    else if (verdict.ok === !wantsError(vector)) passed.push(path);
    else failed.push(path);
  }
  return { passed, failed, oddities };
}

type Vector = ReadonlyMap<string, unknown>;

/** Integers become strings before JSON.parse sees them: they go up to 2^64 - 1, beyond what a number holds. */
function parseVector(text: string): Vector {
  const value: unknown = JSON.parse(text.replaceAll(/("\w+":\s*)(\d+)/g, '$1"$2"'));
  if (typeof value !== "object" || value === null) throw new Error("a vector is an object");
  return new Map(Object.entries(value));
}

function verifyInclusionVector(sha256: Sha256, vector: Vector): Result<null, MerkleProofError> {
  return verifyInclusion(sha256, {
    leafIndex: integer(vector, "leafIdx"),
    treeSize: integer(vector, "treeSize"),
    leafHash: bytes(vector.get("leafHash")),
    path: path(vector),
    root: bytes(vector.get("root")),
  });
}

function verifyConsistencyVector(sha256: Sha256, vector: Vector): Result<null, MerkleProofError> {
  return verifyConsistency(sha256, {
    size1: integer(vector, "size1"),
    size2: integer(vector, "size2"),
    root1: bytes(vector.get("root1")),
    root2: bytes(vector.get("root2")),
    path: path(vector),
  });
}

function wantsError(vector: Vector): boolean {
  const value = vector.get("wantErr");
  if (typeof value !== "boolean") throw new Error("wantErr is a boolean");
  return value;
}

function integer(vector: Vector, field: string): bigint {
  const value = vector.get(field);
  if (typeof value !== "string") throw new Error(`${field} is an integer`);
  return BigInt(value);
}

/** Go writes a nil slice as null. */
function path(vector: Vector): Bytes[] {
  const value = vector.get("proof");
  if (value === null) return [];
  if (!Array.isArray(value)) throw new Error("proof is an array");
  return value.map(bytes);
}

function bytes(value: unknown): Bytes {
  if (value === null) return EMPTY_BYTES;
  if (typeof value !== "string") throw new Error("byte strings are in base64");
  return unwrap(fromBase64(value));
}
