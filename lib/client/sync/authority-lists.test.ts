import { expect, it } from "vitest";
import type { Head } from "#protocol/log/head.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import type { Role } from "#protocol/log/record.ts";
import { authorityIndices } from "#protocol/log/testing/memory-read.ts";
import { createMemoryWorld, type MemoryWorld, roleOf } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { ok } from "#protocol/result.ts";
import type { RequestOf } from "#protocol/wire/command.ts";
import { readAuthority } from "#protocol/wire/log-reading.ts";
import { createSealedRows, type SealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { createProofWatch } from "../transport/proof-watch.ts";
import { answer, createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import { createAuthorityLists } from "./authority-lists.ts";

type Question = RequestOf<typeof readAuthority>;
type Give = (leaves: readonly ProvenLeaf[], question: Question) => readonly ProvenLeaf[] | "withheld";

/** What an honest server answers, or what becomes of it; one leaf at a time. */
function serverOf(world: MemoryWorld, give: Give = (leaves) => leaves.slice(0, 1)) {
  const asked: Question[] = [];
  const { workspace } = world;
  const giveAuthority = answer(readAuthority, (question) => {
    asked.push(question);
    const proven = authorityIndices(world)
      .slice(question.from, question.to)
      .map((index) => ({
        leaf: workspace.leaves[index] ?? new Uint8Array(0),
        index,
        inclusionPath: workspace.tree.inclusionPath(index, question.headSize),
      }));
    const leaves = give(proven, question);
    return leaves === "withheld"
      ? { kind: "failed", body: { reason: "notAvailable", detail: "" } }
      : { kind: "authority", body: { leaves } };
  });
  const proofs = createProofWatch(() => 0);
  return { asked, sessions: createAnsweringSessions([giveAuthority]), proofs };
}

function listsOf(world: MemoryWorld, give?: Give, rows: SealedRows = createMemoryRows(suite)) {
  const { workspace, organization } = world;
  const { asked, sessions, proofs } = serverOf(world, give);
  const lists = createAuthorityLists({ suite, sessions, rows, proofs });
  const known = {
    id: organization.identity.id,
    at: (size: number) => organization.entriesAt(size),
    reach: async () => ok(null),
  };
  const at = (size: number, complete: Complete, head: Head) => {
    const entry = readMapEntry(suite, workspace.entriesAt(size), { kind: "authority" });
    if (!entry) throw new Error("a workspace has authority records");
    return lists.upTo({ head, size, entry, complete }, known);
  };
  return {
    asked,
    upTo: (size = workspace.size, complete = NEVER_COMPLETE) => at(size, complete, workspace.head),
    under: (head: Head) => at(workspace.size, NEVER_COMPLETE, head),
  };
}

function setRole({ alice, bob, workspace, organization }: MemoryWorld, role: Role | null): void {
  alice.act(workspace, organization, roleOf(bob, role));
}

type Complete = Parameters<ReturnType<typeof createAuthorityLists>["upTo"]>[0]["complete"];
const NEVER_COMPLETE: Complete = { size: 0, count: 0 };

const check = (detail: string) => ({ ok: false, error: { type: "check", detail } });

it("fetches what is missing, once for all sessions, and asks for nothing where nothing changed", async () => {
  const world = createMemoryWorld(suite);
  const rows = createMemoryRows(suite);
  const lists = listsOf(world, undefined, rows);
  for (let read = 0; read < 3; read++) expect((await lists.upTo()).ok).toBe(true);
  expect(lists.asked.map(({ from }) => from)).toEqual([0, 1]);

  setRole(world, "reader");
  const later = listsOf(world, undefined, rows);
  const list = await later.upTo();
  expect(later.asked.map(({ from, to }) => [from, to])).toEqual([[2, 3]]);
  const { bob, workspace } = world;
  expect(list.ok && list.value.roleAt(bob.user, workspace.size)).toBe("reader");
  expect(list.ok && list.value.roleAt(bob.user, workspace.size - 1)).toBe("contributor");
  // A read from before the change, answered late.
  expect((await later.upTo(workspace.size - 1)).ok).toBe(true);
  expect(later.asked).toHaveLength(1);
});

it("keeps nothing of an answer that is not right, and goes on with an honest one", async () => {
  const world = createMemoryWorld(suite);
  setRole(world, "reader");
  setRole(world, null);
  const rows = createMemoryRows(suite);
  let give: Give = (leaves) => leaves;
  const lists = listsOf(world, (leaves, question) => give(leaves, question), rows);
  const lies: readonly (readonly [string, Give])[] = [
    ["AuthorityMissing", () => []],
    ["AuthorityMissing", (leaves) => [...leaves, ...leaves]],
    ["AuthorityWithheld", () => "withheld"],
    ["AuthorityNotIncluded", (leaves) => leaves.map((leaf) => ({ ...leaf, index: leaf.index + 1 }))],
    ["AuthorityLeafMisplaced", (leaves) => leaves.slice(1)],
    // The last change of role is left out, and something else stands in its place.
    [
      "AuthorityLeafMisplaced",
      (leaves, { from }) => (from > 0 ? leaves : leaves.map(() => leaves[0] ?? never())),
    ],
  ];
  for (const [detail, lie] of lies) {
    give = lie;
    expect(await lists.upTo()).toEqual(check(detail));
  }
  const forked = { ...world.workspace.head, root: suite.sha256(world.workspace.head.root) };
  give = (leaves) => leaves;
  expect(await lists.under(forked)).toEqual(check("AuthorityNotIncluded"));
  expect((await lists.upTo()).ok).toBe(true);
  expect((await listsOf(world, () => "withheld", rows).upTo()).ok).toBe(true);
});

it("does not believe a map that has fewer or other records than were fetched", async () => {
  const world = createMemoryWorld(suite);
  setRole(world, "reader");
  const rows = createMemoryRows(suite);
  const { workspace } = world;
  expect((await listsOf(world, undefined, rows).upTo()).ok).toBe(true);
  // Another map under the read: bob is still a contributor, although this device holds the record that says no.
  const { organization } = world;
  const lists = createAuthorityLists({ suite, ...serverOf(world), rows });
  const entry = readMapEntry(suite, workspace.entriesAt(workspace.size - 1), { kind: "authority" });
  if (!entry) throw new Error("a workspace has authority records");
  const at = { head: workspace.head, size: workspace.size, entry, complete: NEVER_COMPLETE };
  const known = {
    id: organization.identity.id,
    at: (size: number) => organization.entriesAt(size),
    reach: async () => ok(null),
  };
  expect(await lists.upTo(at, known)).toEqual(check("AuthorityDiffers"));
  // Nor does a device whose storage has lost the records: it knows how many there were.
  const empty = createAuthorityLists({ suite, ...serverOf(world), rows: createMemoryRows(suite) });
  const complete = { size: workspace.size, count: entry[0] + 1 };
  expect(await empty.upTo({ ...at, complete }, known)).toEqual(check("AuthorityDiffers"));
});

it("notices a record that was hidden when the list was said to be complete", async () => {
  const world = createMemoryWorld(suite);
  setRole(world, null);
  const { workspace } = world;
  const count = authorityIndices(world).length;
  const hidden = { size: workspace.size, count: count - 1 };
  expect(await listsOf(world).upTo(workspace.size, hidden)).toEqual(check("AuthorityWasHidden"));
  const rows = createMemoryRows(suite);
  expect((await listsOf(world, undefined, rows).upTo(workspace.size - 1)).ok).toBe(true);
  const complete = { size: workspace.size - 1, count: count - 1 };
  expect((await listsOf(world, undefined, rows).upTo(workspace.size, complete)).ok).toBe(true);
});

it("asks again for records that storage has lost, and blames nobody for them", async () => {
  const world = createMemoryWorld(suite);
  setRole(world, "reader");
  setRole(world, null);
  const { workspace } = world;
  const store = createMemoryRowStore();
  const rows = createSealedRows(suite, randomBytes, store, randomBytes(32));
  expect((await listsOf(world, undefined, rows).upTo()).ok).toBe(true);
  const complete = { size: workspace.size, count: authorityIndices(world).length };
  const [, second] = await store.list("authority-leaf/");
  await store.write([{ key: second?.key ?? "", value: null }]);
  expect((await listsOf(world, undefined, rows).upTo(workspace.size, complete)).ok).toBe(true);
  expect((await listsOf(world, () => "withheld", rows).upTo(workspace.size, complete)).ok).toBe(true);
});

function never(): never {
  throw new Error("there is a first leaf");
}
