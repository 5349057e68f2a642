import { connect } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import { readHead } from "#protocol/wire/log-reading.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { isPostgresInstalled, startPostgres } from "../store/testing/postgres.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import { replayLog } from "../testing/replay-log.ts";
import { withFolder } from "../testing/test-engine.ts";
import { createTestFolder } from "../testing/test-folder.ts";
import { APP_ORIGIN, startTestServer } from "../testing/test-server.ts";
import { createWorld } from "../testing/world.ts";

const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));
const folder = createTestFolder();
const test = await startTestServer({ suite, folder, deployment });
afterAll(test.close);
await test.server.ready;

const infoRequest = () => serverInfo.encodeRequest({});

describe("an answer", () => {
  it("carries the headers that make it useless to a page of another origin", async () => {
    const response = await test.client.post("server-info", infoRequest(), {
      headers: { origin: APP_ORIGIN },
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/cbor",
      "cache-control": "no-store",
      "access-control-allow-origin": APP_ORIGIN,
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      vary: "origin",
    });
    expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it("is refused to other origins, also before the request", async () => {
    const headers = { origin: "http://localhost:3002" };
    expect((await test.client.post("server-info", infoRequest(), { headers })).status).toBe(403);
    const ask = (origin: string) =>
      fetch(`${test.client.origin}/v1/append`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const preflight = await ask(APP_ORIGIN);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "authorization, content-type, last-event-id",
    );
    expect((await ask("https://evil.example")).status).toBe(403);
    expect((await ask("null")).status).toBe(403);
  });

  it.each([
    ["an unknown command", "no-such-command", infoRequest, {}, 400, "malformedRequest"],
    ["a path outside", "../append", infoRequest, {}, 400, "malformedRequest"],
    [
      "another content type",
      "server-info",
      infoRequest,
      { "content-type": "text/plain" },
      400,
      "malformedRequest",
    ],
    ["garbage", "server-info", () => Uint8Array.of(0xff, 0, 1), {}, 400, "malformedRequest"],
    ["an empty body", "server-info", () => new Uint8Array(0), {}, 400, "malformedRequest"],
    ["too large a body", "server-info", () => new Uint8Array(65), {}, 413, "tooLarge"],
    ["no session", "list-logs", infoRequest, {}, 401, "noSession"],
  ] as const)("to %s is a failure with a status", async (_what, name, body, headers, status, reason) => {
    const response = await test.client.post(name, body(), { headers });
    expect(response.status).toBe(status);
    const reply = unwrap(serverInfo.parseReply(new Uint8Array(await response.arrayBuffer())));
    expect(reply).toMatchObject({ kind: "failed", body: { reason } });
  });

  it("comes while the body is still being sent, once that is too long", async () => {
    const { port } = test.server;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        if (text.includes("\r\n\r\n")) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.on("error", reject);
      // No length is declared, and the end never comes.
      socket.write(
        `POST /v1/server-info HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      socket.write(`400\r\n${"x".repeat(0x400)}\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
  });

  it("to a GET is a failure, to /health the state", async () => {
    expect((await fetch(`${test.client.origin}/v1/server-info`)).status).toBe(400);
    const health = await fetch(`${test.client.origin}/health`);
    expect([health.status, await health.text()]).toEqual([200, "ok\n"]);
  });
});

describe("a whole organization over HTTP", () => {
  it("is founded, written and read", async () => {
    const tokens: Bytes[] = [];
    const world = await createWorld({
      suite,
      deployment,
      door: createHttpDoor(test.client, null, () => tokens[0]),
      instanceKeys: [test.parts().signer.verifyKey],
    });
    const place = await world.createWorkspace(world.bob);
    const manifest = world.manifest("m");
    await world.write(world.bob, place, { manifest, text: "over the wire" });
    const token = await test.client.openSession(suite, deployment, world.organization, world.bob);
    tokens.push(token);
    const read = await world.read(world.bob, place, [{ manifest, version: null }]);
    expect(new TextDecoder().decode(read.contents[0] ?? undefined)).toBe("over the wire");
    const head = await test.client.call(readHead, { log: place.log, fromSize: 1 }, { token });
    expect(head.kind).toBe("head");
    expect(test.errors).toEqual([]);
  });
});

describe("founding", () => {
  it("needs the bootstrap token where one is set, and this deployment always", () =>
    withFolder(async (place) => {
      const other = await startTestServer({
        suite,
        folder: place,
        deployment,
        config: { bootstrapToken: "a long enough token" },
      });
      await other.server.ready;
      const instanceKeys = [other.parts().signer.verifyKey];
      const found = (token: string | null, of: Bytes) =>
        createWorld({ suite, deployment: of, door: createHttpDoor(other.client, token), instanceKeys });
      await expect(found(null, deployment)).rejects.toThrow("bootstrapTokenRequired");
      await expect(found("wrong", deployment)).rejects.toThrow("bootstrapTokenWrong");
      await expect(found("a long enough token", suite.sha256(deployment))).rejects.toThrow(
        "foreignDeployment",
      );
      await found("a long enough token", deployment);
      const empty = { records: [], profiles: [], bootstrapToken: "a long enough token" };
      expect(await other.client.call(createOrganization, empty)).toMatchObject({
        kind: "refused",
        body: { reason: "recordsInvalid" },
      });
      await other.close();
    }));
});

describe("a second server on the same data folder", () => {
  it("does not start", async () => {
    await expect(startTestServer({ suite, folder, deployment })).rejects.toThrow(/Another Holdfast server/);
  });
});

describe.skipIf(!isPostgresInstalled())("with PostgreSQL (skipped where it is not installed)", () => {
  it(
    "starts before its database, outlives it, and goes on when it is back",
    () =>
      withFolder(async (place) => {
        const postgres = await startPostgres();
        await postgres.crash();
        const server = await startTestServer({
          suite,
          folder: place,
          deployment,
          config: { databaseUrl: postgres.url },
        });
        try {
          const info = () => server.client.call(serverInfo, {});
          expect(await info()).toMatchObject({ kind: "failed", body: { reason: "databaseUnavailable" } });
          expect((await fetch(`${server.client.origin}/health`)).status).toBe(503);
          await postgres.restart();
          await server.server.ready;
          expect(await info()).toMatchObject({ kind: "info" });

          const door = createHttpDoor(server.client);
          const { signer, engine, store } = server.parts();
          const world = await createWorld({ suite, deployment, door, instanceKeys: [signer.verifyKey] });
          const workspace = await world.createWorkspace(world.alice);
          const { content, contents } = world.writeContent({ manifest: world.manifest("m"), text: "text" });
          const draft = world.alice.draft(workspace, content);
          await postgres.crash();
          const request = {
            log: draft.log,
            signed: draft.signed,
            opening: null,
            contents,
            rings: [],
            profiles: [],
          };
          expect(await server.client.call(append, request)).toMatchObject({
            kind: "failed",
            body: { reason: "databaseUnavailable" },
          });
          expect((await fetch(`${server.client.origin}/health`)).status).toBe(503);
          await postgres.restart();
          const answer = await world.send(draft, { contents });
          if (answer.type !== "appended") throw new Error(answer.type);
          world.alice.accept(workspace.log, draft, answer.receipt);
          await Promise.all(
            ["a", "b"].map(async (name) => {
              const own = await world.createWorkspace(name === "a" ? world.alice : world.bob);
              return world.write(name === "a" ? world.alice : world.bob, own, {
                manifest: world.manifest(name),
                text: name,
              });
            }),
          );
          const organization = await replayLog(world, { engine, store }, world.organization, null);
          await replayLog(world, { engine, store }, workspace.log, organization);
        } finally {
          await server.close();
          await postgres.stop();
        }
      }),
    30_000,
  );
});
