import { expect, it } from "vitest";
import { readLeafHashes } from "#protocol/wire/log-reading.ts";
import { answer, createAnsweringSessions } from "../transport/testing/answering-transport.ts";
import { fetchLeafHashes } from "./advance-mirror.ts";

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
