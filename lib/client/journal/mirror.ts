import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type Frontier, MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { putRow, type SealedRows } from "../storage/sealed-rows.ts";
import { MIRROR_CHUNKS, MIRRORS, type MirrorStart } from "./tables.ts";

/**
 * Leaf hashes of a log from some size on, kept so that this device can prove what the server showed it, also
 * when the server will not. What goes in is checked against a verified head first.
 */
export interface Mirror {
  /** The tree that is kept; undefined where the log has no mirror yet. */
  readonly tree: (log: Bytes) => Promise<MerkleTree | undefined>;
  /**
   * Continues the mirror by leaf hashes up to a verified head; begins one with the given frontier where there is
   * none. Refused unless the tree then has exactly that head's root.
   */
  readonly extend: (
    log: Bytes,
    start: Frontier,
    leafHashes: readonly Bytes[],
    head: { readonly size: number; readonly root: Bytes },
  ) => Promise<Result<null, MirrorError>>;
  /** Drops leaf hashes below a size that a verified checkpoint covers. */
  readonly trim: (log: Bytes, size: number) => Promise<void>;
}

type MirrorError = { readonly type: "LeafHashesNotOfHead" };

const CHUNK_HASHES = 512;
const HASH_BYTES = 32;

export function createMirror(suite: Pick<CryptoSuite, "sha256">, rows: SealedRows): Mirror {
  const load = async (log: Bytes): Promise<MerkleTree | undefined> => {
    const start = await rows.get(MIRRORS, log);
    if (!start) return undefined;
    const tree = new MerkleTree(suite.sha256, start);
    const chunks = await rows.list(MIRROR_CHUNKS, log);
    let left = start.count;
    for (const chunk of chunks) {
      for (let offset = 0; offset < chunk.length && left > 0; offset += HASH_BYTES, left--) {
        tree.append(chunk.slice(offset, offset + HASH_BYTES));
      }
    }
    return tree;
  };
  const store = async (log: Bytes, tree: MerkleTree, fromIndex: number): Promise<void> => {
    const start: MirrorStart = {
      v: 1,
      ...tree.frontier(tree.firstSize),
      count: tree.size - tree.firstSize,
    };
    const changes = [putRow(MIRRORS, [log], start)];
    const firstChunk = Math.floor((fromIndex - tree.firstSize) / CHUNK_HASHES);
    for (let chunk = firstChunk; chunk * CHUNK_HASHES < start.count; chunk++) {
      const first = tree.firstSize + chunk * CHUNK_HASHES;
      const hashes = new Uint8Array(Math.min(CHUNK_HASHES, tree.size - first) * HASH_BYTES);
      for (let i = 0; i * HASH_BYTES < hashes.length; i++)
        hashes.set(tree.leafHash(first + i), i * HASH_BYTES);
      changes.push(putRow(MIRROR_CHUNKS, [log, chunk], hashes));
    }
    await rows.write(changes);
  };

  return {
    tree: load,
    extend: async (log, begin, leafHashes, head) => {
      const tree = (await load(log)) ?? new MerkleTree(suite.sha256, begin);
      const fromIndex = tree.size;
      // A mirror that is ahead of where the hashes begin keeps what it has.
      const skipped = fromIndex - begin.size;
      if (skipped < 0 || skipped > leafHashes.length) return err({ type: "LeafHashesNotOfHead" });
      for (const hash of leafHashes.slice(skipped)) tree.append(hash);
      if (tree.size !== head.size || !equalBytes(tree.root(), head.root))
        return err({ type: "LeafHashesNotOfHead" });
      await store(log, tree, fromIndex);
      return ok(null);
    },
    trim: async (log, size) => {
      const tree = await load(log);
      if (!tree || size <= tree.firstSize || size > tree.size) return;
      const trimmed = new MerkleTree(suite.sha256, tree.frontier(size));
      for (let index = size; index < tree.size; index++) trimmed.append(tree.leafHash(index));
      await store(log, trimmed, size);
    },
  };
}
