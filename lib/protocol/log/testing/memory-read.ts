import type { Bytes } from "../../bytes/bytes.ts";
import { unwrap } from "../../result.ts";
import { isAuthorityKind } from "../authority.ts";
import { AuthorityList } from "../authority-list.ts";
import type { ReadAnswer } from "../check-read.ts";
import { mapKeyOf, readMapEntry } from "../map-entry.ts";
import { type ReadOpening, type ReadResult, readRequestHash, readResultsHash } from "../read.ts";
import { type VerifiedReceipt, verifyReceipt } from "../receipt.ts";
import type { Record } from "../record.ts";
import { namedBytes, type Person } from "./memory-log.ts";
import type { MemoryWorld } from "./memory-world.ts";

export interface ReadExchange {
  readonly record: Record;
  readonly opening: ReadOpening;
  readonly receipt: VerifiedReceipt;
  readonly answer: ReadAnswer;
}

/** One honest READ of newest versions, answered by the memory log; `contents` holds ciphertexts by manifest. */
export function readNewest(
  { suite, workspace, organization, instanceKey }: MemoryWorld,
  reader: Person,
  manifests: readonly Bytes[],
  contentOf: (contentHash: Bytes) => Bytes | null,
): ReadExchange {
  const opening: ReadOpening = {
    nonce: namedBytes(suite, `nonce ${workspace.size}`).slice(0, 16),
    items: manifests.map((manifest) => ({ manifest, version: null })),
  };
  const entries = workspace.entriesAt(workspace.size);
  const results = manifests.map((id): ReadResult => {
    const version = readMapEntry(suite, entries, { kind: "manifest", id })?.[0] ?? 0;
    const written = readMapEntry(suite, entries, { kind: "manifestVersion", id, version });
    const [writeIndex, recordHash, contentHash] = written ?? [0, new Uint8Array(32), new Uint8Array(32)];
    return { status: written ? "found" : "absent", version, writeIndex, recordHash, contentHash };
  });
  const { record, signed, index } = reader.act(
    workspace,
    organization,
    { kind: "read", body: { count: manifests.length, request: readRequestHash(suite, opening) } },
    readResultsHash(suite, opening.nonce, results),
  );
  const itemKeys = results.flatMap(({ version }, item) => {
    const id = manifests[item] ?? new Uint8Array(16);
    const newest = mapKeyOf(suite, { kind: "manifest", id });
    return version === 0 ? [newest] : [newest, mapKeyOf(suite, { kind: "manifestVersion", id, version })];
  });
  const keys = [mapKeyOf(suite, { kind: "authority" }), ...itemKeys];
  const receipt = unwrap(
    verifyReceipt(suite, {
      log: workspace.identity.id,
      signed,
      record,
      receipt: workspace.receipt(index, record, keys),
      registry: [{ key: instanceKey, fromEpoch: 0, retiredAt: null }],
      isFirstAnswer: true,
    }),
  );
  const answer: ReadAnswer = {
    results,
    contents: results.map(({ status, contentHash }) => (status === "found" ? contentOf(contentHash) : null)),
    writes: writeIndicesOf(results).map((index) => ({
      leaf: workspace.leaves[index] ?? new Uint8Array(0),
      index,
      inclusionPath: workspace.tree.inclusionPath(index, workspace.size),
    })),
  };
  return { record, opening, receipt, answer };
}

/** The authority list of a member who was there from the first leaf on. */
export function authorityOf(world: MemoryWorld): AuthorityList {
  const list = new AuthorityList(world.suite, world.workspace.identity);
  for (const index of authorityIndices(world)) unwrap(takeIn(world, list, index));
  return list;
}

/** Where the applied authority records stand. */
export function authorityIndices({ workspace }: MemoryWorld): readonly number[] {
  return workspace.applications.flatMap((application, index) =>
    application?.outcome === "applied" && isAuthorityKind(application.record.content.kind) ? [index] : [],
  );
}

/** The next leaf of the list, as the log has it at this index. */
export function takeIn({ workspace, organization }: MemoryWorld, list: AuthorityList, index: number) {
  const { organizationSize } = workspace.stampAt(index);
  const leaf = workspace.leaves[index] ?? new Uint8Array(0);
  return list.append(leaf, index, organization.entriesAt(organizationSize));
}

function writeIndicesOf(results: readonly ReadResult[]): readonly number[] {
  const found = results.filter(({ status }) => status !== "absent");
  return [...new Set(found.map(({ writeIndex }) => writeIndex))].sort((a, b) => a - b);
}
