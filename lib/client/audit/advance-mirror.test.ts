import { expect, it } from "vitest";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { unwrap } from "#protocol/result.ts";
import { readLeafHashes } from "#protocol/wire/log-reading.ts";
import { answer, createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import { advanceMirror, fetchLeafHashes } from "./advance-mirror.ts";
import { createAuditContext } from "./testing/audit-world.ts";

const log = new Uint8Array(32);

/** A server that never runs out of leaf hashes. */
function createEndless() {
  let requests = 0;
  const giveHashes = answer(readLeafHashes, ({ from, to }) => {
    requests++;
    const hashes = Array.from({ length: Math.min(to - from, 10_000) }, () => new Uint8Array(32));
    return { kind: "hashes", body: { frontier: [], hashes } };
  });
  return { sessions: createAnsweringSessions([giveHashes]), requests: () => requests };
}

it("asks for what is missing, however many answers that takes", async () => {
  const server = createEndless();
  const fetched = await fetchLeafHashes(server, log, 5, 25_005);
  expect(fetched.type === "fetched" && fetched.hashes.length).toBe(25_000);
  expect(server.requests()).toBe(3);
});

it("does not fill the memory with a log whose size a lie made up", async () => {
  const server = createEndless();
  expect(await fetchLeafHashes(server, log, 5, Number.MAX_SAFE_INTEGER)).toEqual({
    type: "unanswered",
    because: "refused",
    proof: "leafHashes",
    detail: "LogTooLong",
  });
  expect(server.requests()).toBe(0);
});

it("calls a shorter target covered only if it is the beginning of the mirror", async () => {
  const world = createMemoryWorld(suite);
  const context = createAuditContext(world, world.alice);
  const hashes = Array.from({ length: 9 }, (_, index) => suite.sha256(Uint8Array.of(index)));
  const tree = new MerkleTree(suite.sha256);
  for (const hash of hashes) tree.append(hash);
  const begin = { size: 0, peaks: [] };
  unwrap(await context.mirror.extend(log, begin, hashes, { size: 9, root: tree.root() }));
  for (const size of [1, 6, 9]) {
    const root = tree.root(size);
    expect(await advanceMirror(context, log, 0, { size, root })).toEqual({ type: "advanced" });
    const other = suite.sha256(root);
    expect(await advanceMirror(context, log, 0, { size, root: other })).toEqual({ type: "leafHashesWrong" });
  }
});
