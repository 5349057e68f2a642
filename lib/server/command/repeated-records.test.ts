import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { append } from "#protocol/wire/append.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import type { SignedDraft } from "../testing/person.ts";
import { createTestFolder } from "../testing/test-folder.ts";
import { startTestServer } from "../testing/test-server.ts";
import { type Appended, createWorld, type World } from "../testing/world.ts";

/** Whoever may not ask for the first time may not ask by repeating either. */

const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));
const test = await startTestServer({ suite, folder: createTestFolder(), deployment });
afterAll(test.close);
await test.server.ready;

const sessions = new Map<string, Bytes>();
const shared = {
  suite,
  deployment,
  door: createHttpDoor(test.client, null, (device) => sessions.get(toHex(device))),
  instanceKeys: [test.parts().signer.verifyKey],
};
const world = await createWorld({ ...shared, name: "ours" });
const other = await createWorld({ ...shared, name: "theirs" });
const place = await world.createWorkspace(world.alice);
const manifest = world.manifest("m");
const items = [{ manifest, version: null }];
const noSession = { kind: "failed", body: { reason: "noSession", detail: "" } };

async function signIn(of: World, person: World["alice"]): Promise<Bytes> {
  const token = await test.client.openSession(suite, deployment, of.organization, person);
  sessions.set(toHex(person.device), token);
  return token;
}

type Beside = Partial<Parameters<typeof append.encodeRequest>[0]>;

function send({ log, signed }: SignedDraft, token: Bytes | undefined, beside: Beside = {}) {
  const nothing = { opening: null, contents: [], rings: [], profiles: [] };
  return test.client.call(append, { log, signed, ...nothing, ...beside }, { token });
}

async function sizeOf(log: Bytes): Promise<number> {
  return (await test.parts().engine.reader.log(log))?.tail.size ?? 0;
}

let alice: Bytes;
let bob: Bytes;
let stranger: Bytes;
beforeAll(async () => {
  alice = await signIn(world, world.alice);
  bob = await signIn(world, world.bob);
  stranger = await signIn(other, other.alice);
  await world.setRole(world.alice, place, world.bob, "reader");
  await world.write(world.alice, place, { manifest, text: "secret" });
});

describe("a READ", () => {
  it("that was never sent is answered in its author's session only, and else not appended", async () => {
    const { content, opening } = world.readContent(items);
    const draft = world.bob.draft(place, content);
    const before = await sizeOf(place.log);
    for (const token of [undefined, new Uint8Array(32), stranger, alice])
      expect(await send(draft, token, { opening })).toEqual(noSession);
    expect(await sizeOf(place.log)).toBe(before);
    const answer = await send(draft, bob, { opening });
    expect(answer).toMatchObject({ kind: "appended", body: { contents: [encodeUtf8("secret")] } });
    if (answer.kind === "appended") world.bob.accept(place.log, draft, answer.body.receipt);
  });

  it("sent again is answered in its author's session only, with and without its opening", async () => {
    const read = await world.read(world.alice, place, items);
    for (const token of [undefined, new Uint8Array(32), stranger, bob])
      expect(await send(read.draft, token)).toEqual(noSession);
    expect(await send(read.draft, alice)).toMatchObject({
      kind: "appended",
      body: { contents: [encodeUtf8("secret")] },
    });
  });

  it("with another signature or cut short is refused before anything of it is looked up", async () => {
    const read = await world.read(world.alice, place, items);
    const forged = { ...read.draft.signed, signature: new Uint8Array(64) };
    expect(await send({ ...read.draft, signed: forged }, stranger)).toEqual(noSession);
    const cut = { ...read.draft.signed, record: read.draft.signed.record.slice(0, -1) };
    expect(await send({ ...read.draft, signed: cut }, undefined)).toMatchObject({
      kind: "refused",
      body: { statement: { status: "malformed" } },
    });
  });

  it("in another log's name is no way around", async () => {
    const read = await world.read(world.alice, place, items);
    const elsewhere = { ...read.draft, log: world.organization };
    expect(await send(elsewhere, undefined)).toEqual(noSession);
    expect((await send(elsewhere, alice)).kind).toBe("refused");
  });
});

describe("an author who may no longer read", () => {
  let read: Appended;
  beforeAll(async () => {
    read = await world.read(world.bob, place, items);
    await world.setRole(world.alice, place, world.bob, null);
  });

  it("gets the receipt of an earlier READ, without what it found", async () => {
    const again = await send(read.draft, bob);
    expect(again).toMatchObject({
      kind: "appended",
      body: { results: [], contents: [], writes: [], receipt: { entries: { entries: [] } } },
    });
    if (again.kind !== "appended") throw new Error(again.kind);
    expect(again.body.receipt.stamp).toEqual(read.receipt.stamp);
  });

  it("gets it again with a new role", async () => {
    await world.setRole(world.alice, place, world.bob, "reader");
    expect(await send(read.draft, bob)).toMatchObject({ body: { contents: [encodeUtf8("secret")] } });
  });
});
