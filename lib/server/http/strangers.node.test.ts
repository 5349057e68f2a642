import { connect, type Socket } from "node:net";
import { afterAll, afterEach, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { blockIdOf } from "#protocol/log/identifiers.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import { createTestFolder } from "../testing/test-folder.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createWorld } from "../testing/world.ts";

/** What strangers hold of the server's memory and places, and that honest callers work meanwhile. */

const MIB = 1024 * 1024;
const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));
const test = await startTestServer({ suite, folder: createTestFolder(), deployment });
afterAll(test.close);
await test.server.ready;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Resolves when the bytes are on their way, or the other side does not want them. */
function send(head: string, body: Uint8Array, from = "127.0.0.1"): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port: test.server.port, host: "127.0.0.1", localAddress: from });
    sockets.push(socket);
    socket.on("error", () => resolve(socket));
    socket.on("close", () => resolve(socket));
    socket.on("connect", () => {
      socket.write(`${head}\r\n\r\n`);
      socket.write(body, () => resolve(socket));
    });
  });
}

function post(command: string, lengthBytes: number, token?: string): string {
  return [
    `POST /v1/${command} HTTP/1.1`,
    "host: x",
    "content-type: application/cbor",
    `content-length: ${lengthBytes}`,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
  ].join("\r\n");
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("data", (data) => resolve(data.toString("latin1").split("\r\n")[0] ?? ""));
    socket.once("close", () => reject(new Error("closed without an answer")));
  });
}

async function heldMemory(act: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage();
  await act();
  const after = process.memoryUsage();
  return after.arrayBuffers - before.arrayBuffers + Math.max(0, after.heapUsed - before.heapUsed);
}

/** An upload and a download in a session, on connections of their own. */
async function work(name: string): Promise<void> {
  const tokens: Bytes[] = [];
  const world = await createWorld({
    suite,
    deployment,
    name,
    door: createHttpDoor(test.client, null, () => tokens[0]),
    instanceKeys: [test.parts().signer.verifyKey],
  });
  const token = await test.client.openSession(suite, deployment, world.organization, world.alice);
  tokens.push(token);
  const block = new Uint8Array(3 * MIB).fill(name.length);
  const uploads = Array.from({ length: 6 }, (_, index) => block.with(0, index));
  const stored = await Promise.all(
    uploads.map((each) => test.client.call(putBlocks, { blocks: [each] }, { token })),
  );
  expect(stored.map(({ kind }) => kind)).toEqual(new Array(6).fill("stored"));
  const ids = uploads.slice(0, 2).map((each) => blockIdOf(suite, each));
  expect(await test.client.call(getBlocks, { ids }, { token })).toMatchObject({ body: { blocks: [{}, {}] } });
  const place = await world.createWorkspace(world.alice);
  const manifest = world.manifest("m");
  await world.write(world.alice, place, { manifest, text: "text" });
  expect((await world.read(world.alice, place, [{ manifest, version: null }])).contents).toHaveLength(1);
}

const piece = new Uint8Array(64 * 1024);

it("answers before the body where a session is needed, and keeps none of it", async () => {
  for (const command of ["put-blocks", "get-blocks", "read-leaves", "audit-epoch", "list-logs"]) {
    const none = await send(post(command, 60), new Uint8Array(1));
    expect(await answerOf(none), command).toMatch(/^HTTP\/1\.1 401/);
    const forged = await send(post(command, 60, "A".repeat(43)), new Uint8Array(1));
    expect(await answerOf(forged), command).toMatch(/^HTTP\/1\.1 401/);
  }
  const append = await send(post("append", 24 * MIB - 10), new Uint8Array(1));
  expect(await answerOf(append)).toMatch(/^HTTP\/1\.1 401/);
  const challenge = await send(post("challenge", 65), new Uint8Array(1));
  expect(await answerOf(challenge)).toMatch(/^HTTP\/1\.1 413/);
});

it("holds little for 2,000 connections of one address, and works for another meanwhile", async () => {
  const heads = [
    post("append", 24 * MIB - 10),
    post("append", 120_000),
    post("put-blocks", 6 * MIB),
    "GET / HTTP/1.1\r\nx: y",
  ];
  const held = await heldMemory(() =>
    Promise.all(
      Array.from({ length: 2000 }, (_, n) => send(heads[n % heads.length] ?? "", piece, "127.0.0.2")),
    ),
  );
  expect(held).toBeLessThan(100 * MIB);
  await work("another address");
  expect(test.errors).toEqual([]);
}, 120_000);

it("works for an honest caller of the very address that the connections come from", async () => {
  await Promise.all(Array.from({ length: 2000 }, () => send(post("challenge", 60), new Uint8Array(1))));
  await work("the same address");
}, 120_000);

it("gives the place of a caller who is too slow to others", async () => {
  const other = await startTestServer({
    suite,
    folder: createTestFolder(),
    deployment,
    composition: { bodyPace: { idleTimeoutMs: 50, graceMs: 100, minBytesPerSecond: 1_000_000 } },
  });
  try {
    await other.server.ready;
    const socket = connect({ port: other.server.port, host: "127.0.0.1" });
    sockets.push(socket);
    socket.write(`${post("server-info", 60)}\r\n\r\nx`);
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 429/);
  } finally {
    await other.close();
  }
});
