import { afterAll, describe, expect, it } from "vitest";
import { ok } from "#protocol/result.ts";
import type { Sessions } from "../../transport/sessions.ts";
import type { SentPiece } from "../ports.ts";
import { MemoryBlockServer } from "../testing/memory-block-server.ts";
import { testBlockSuite, testRandomBytes, testSuite } from "../testing/transfer-world.ts";
import { createBlockPool } from "./block-pool.ts";
import { createBlockWork } from "./block-work.ts";
import { serveBlockWork } from "./serve-block-work.ts";

const ports: MessagePort[] = [];
afterAll(() => {
  for (const port of ports) port.close();
});

/** The pool with real ports between it and two threads' work. */
function openPool() {
  const server = new MemoryBlockServer(testSuite);
  const threads = [0, 1].map(() => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serveBlockWork(port1, async (_api, organization) =>
      createBlockWork({
        suite: testBlockSuite,
        randomBytes: testRandomBytes,
        transport: server.transport(() => 0),
        organization,
      }),
    );
    return port2;
  });
  let sessionsOpened = 0;
  let session: Uint8Array | undefined;
  const sessions: Sessions = {
    call: async () => {
      throw new Error("blocks do not go this way");
    },
    token: async () => {
      if (!session) sessionsOpened++;
      session ??= new Uint8Array(32);
      return ok(session);
    },
    forget: () => {
      session = undefined;
    },
  };
  const pool = createBlockPool({
    threads,
    api: "http://api.test",
    organization: new Uint8Array(32),
    sessions,
  });
  return { pool, server, sessionsOpened: () => sessionsOpened };
}

const UNREACHABLE = { type: "Unreachable", error: { type: "ServerUnreachable" } };
const content = testRandomBytes(50_000);
const file = new Blob([new Uint8Array(content)]);
const piecesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ file, offset: index * 1000, sizeBytes: 1000 }));
const blocksOf = (sent: readonly SentPiece[]) =>
  sent.map((piece) => {
    if (piece.kind !== "stored") throw new Error("unreadable");
    return piece.block;
  });

describe("the pool of threads", () => {
  it("brings blocks to the server and back, over ports", async () => {
    const { pool } = openPool();
    const batches = await Promise.all([pool.send(0, piecesOf(3)), pool.send(1, piecesOf(20))]);
    for (const sent of batches) {
      if (!sent.ok) throw new Error(sent.error.type);
      const received = await pool.receive(blocksOf(sent.value));
      if (!received.ok) throw new Error(received.error.type);
      for (const [index, bytes] of received.value.entries()) {
        expect(bytes).toEqual(new Uint8Array(content.subarray(index * 1000, index * 1000 + 1000)));
      }
    }
  });

  it("sends the same ciphertexts again after a lost answer, and other ones after a drop", async () => {
    const { pool, server } = openPool();
    server.fate = () => "lostAfter";
    expect(await pool.send(0, piecesOf(4))).toEqual({ ok: false, error: UNREACHABLE });
    server.fate = () => "answered";
    expect((await pool.send(0, piecesOf(4))).ok).toBe(true);
    expect(server.blocks.size).toBe(4);
    server.fate = () => "lostAfter";
    await pool.send(1, piecesOf(4));
    pool.drop(1);
    server.fate = () => "answered";
    await pool.send(1, piecesOf(4));
    expect(server.blocks.size).toBe(12);
  });

  it("opens a new session when the old one has ended, once", async () => {
    const { pool, server, sessionsOpened } = openPool();
    let ended = 1;
    server.fate = () => (ended-- > 0 ? "sessionEnded" : "answered");
    expect((await pool.send(0, piecesOf(1))).ok).toBe(true);
    expect(sessionsOpened()).toBe(2);
    server.fate = () => "sessionEnded";
    expect(await pool.send(1, piecesOf(1))).toEqual({ ok: false, error: UNREACHABLE });
  });

  it("tells what cannot be read and sends the rest", async () => {
    const { pool } = openPool();
    const sent = await pool.send(0, [...piecesOf(1), { file, offset: 49_500, sizeBytes: 1000 }]);
    expect(sent.ok && sent.value.map(({ kind }) => kind)).toEqual(["stored", "unreadable"]);
  });
});
