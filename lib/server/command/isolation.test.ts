import { afterAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { signInContext } from "#protocol/crypto/context.ts";
import { blockIdOf, logIdOf } from "#protocol/log/identifiers.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { auditEpoch, ledgerBundle } from "#protocol/wire/audit.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import { createWorkspace } from "#protocol/wire/create-workspace.ts";
import { listLogs, readProfiles, readRing } from "#protocol/wire/directory.ts";
import {
  proveEntries,
  readAuthority,
  readHead,
  readLeafHashes,
  readLeaves,
} from "#protocol/wire/log-reading.ts";
import {
  challenge,
  openSession,
  SESSION_CONTEXT,
  serverInfo,
  sessionStatement,
} from "#protocol/wire/session.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import { namedBytes } from "../testing/person.ts";
import { sealEpoch } from "../testing/seal.ts";
import { createTestFolder } from "../testing/test-folder.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createWorld } from "../testing/world.ts";

/**
 * Two organizations on one server. Mallory administers one of them; through every command there is, she learns
 * nothing of Alice's. Alice, by the same calls, gets what she asks for: the refusals are not accidents.
 */

const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));
const names: string[] = [];
const test = await startTestServer({
  suite,
  folder: createTestFolder(),
  deployment,
  composition: {
    decorateCommands: (commands) => {
      names.push(...commands.keys());
      return commands;
    },
  },
});
afterAll(test.close);
await test.server.ready;

/** Those that are open, by device. */
const sessions = new Map<string, Bytes>();
/** Alice's organization, and the one that Mallory founded. */
const shared = {
  suite,
  deployment,
  door: createHttpDoor(test.client, null, (device) => sessions.get(toHex(device))),
  instanceKeys: [test.parts().signer.verifyKey],
  sealed: { epoch: -1, hash: new Uint8Array(32) },
};
const ours = await createWorld({ ...shared, name: "ours" });
const hers = await createWorld({ ...shared, name: "hers" });
const place = await ours.createWorkspace(ours.alice);
await ours.write(ours.alice, place, { manifest: ours.manifest("secret"), text: "secret" });
await sealEpoch(ours, test.parts().engine.epochLogs, deployment);
const alice = await test.client.openSession(suite, deployment, ours.organization, ours.alice);
const mallory = await test.client.openSession(suite, deployment, hers.organization, hers.alice);
sessions.set(toHex(ours.alice.device), alice);
sessions.set(toHex(hers.alice.device), mallory);
const block = encodeUtf8("a block of Alice's organization");
await test.client.call(putBlocks, { blocks: [block] }, { token: alice });

const failed = (reason: string) => ({ kind: "failed", body: expect.objectContaining({ reason }) });

/** One attempt per command; each shows first that the same call works for Alice, where it is one about her things. */
const attempts: Readonly<Record<string, () => Promise<void>>> = {
  [serverInfo.name]: async () => {
    const reply = await test.client.call(serverInfo, {});
    expect(reply).toMatchObject({
      kind: "info",
      body: { deployment, openEpoch: 1, needsBootstrapToken: false },
    });
  },
  [challenge.name]: async () => {
    expect(await test.client.call(challenge, {})).toMatchObject({ kind: "issued" });
  },
  [openSession.name]: async () => {
    // Her device is not registered in this organization, whatever she signs.
    const asked = test.client.openSession(suite, deployment, ours.organization, hers.alice);
    await expect(asked).rejects.toThrow("refused");
    // And Alice's device does not answer for Mallory's organization.
    await expect(test.client.openSession(suite, deployment, hers.organization, ours.alice)).rejects.toThrow(
      "refused",
    );
  },
  [createOrganization.name]: async () => {
    // Alice's founding sent again by anybody changes nothing.
    const before = (await test.parts().engine.reader.log(ours.organization))?.tail.size;
    const request = { records: ours.founding, profiles: [], bootstrapToken: null };
    expect(await test.client.call(createOrganization, request)).toMatchObject({ kind: "created" });
    expect((await test.parts().engine.reader.log(ours.organization))?.tail.size).toBe(before);
  },
  [createWorkspace.name]: async () => {
    const ring = encodeUtf8("ring");
    const genesis = hers.alice.draft(null, {
      kind: "workspaceGenesis",
      body: {
        organization: ours.organization,
        owner: hers.alice.user,
        nonce: new Uint8Array(16),
        keyCommitment: new Uint8Array(32),
        ringHash: suite.sha256(ring),
      },
    });
    const workspace = logIdOf(suite, genesis.signed.record, genesis.signed.signature);
    const listing = hers.alice.draft(
      { log: ours.organization, organization: null },
      { kind: "workspace", body: { workspace } },
    );
    const request = {
      organization: ours.organization,
      workspace,
      organizationRecord: listing.signed,
      genesis: genesis.signed,
      rings: [{ user: hers.alice.user, ciphertext: ring }],
    };
    expect(await test.client.call(createWorkspace, request)).toMatchObject({
      kind: "refused",
      body: { statement: { status: "unknownOrRevoked" } },
    });
  },
  [append.name]: async () => {
    const { content, opening } = ours.readContent([{ manifest: ours.manifest("secret"), version: null }]);
    const attempt = await hers.send(hers.alice.draft(place, content), { opening });
    expect(attempt).toMatchObject({
      type: "refused",
      refusal: { statement: { status: "unknownOrRevoked" } },
    });
    const own = await ours.say(ours.alice, place, content, { opening });
    expect(own.contents).toEqual([encodeUtf8("secret")]);
    // The bytes that Alice has sent, which every member finds in the log.
    const { log, signed } = own.draft;
    const again = { log, signed, opening, contents: [], rings: [], profiles: [] };
    for (const token of [undefined, mallory])
      expect(await test.client.call(append, again, { token })).toEqual(failed("noSession"));
    expect(await test.client.call(append, again, { token: alice })).toMatchObject({
      body: { contents: [encodeUtf8("secret")] },
    });
  },
  [putBlocks.name]: async () => {
    // The same bytes stored by both are two blocks.
    const other = encodeUtf8("known plaintext");
    const id = blockIdOf(suite, other);
    await test.client.call(putBlocks, { blocks: [other] }, { token: mallory });
    expect(await test.client.call(getBlocks, { ids: [id] }, { token: alice })).toMatchObject({
      body: { blocks: [null] },
    });
  },
  [getBlocks.name]: async () => {
    const ids = [blockIdOf(suite, block)];
    expect(await test.client.call(getBlocks, { ids }, { token: alice })).toMatchObject({
      body: { blocks: [block] },
    });
    expect(await test.client.call(getBlocks, { ids }, { token: mallory })).toMatchObject({
      body: { blocks: [null] },
    });
  },
  [readHead.name]: () =>
    deniedOnBothLogs((log, token) => test.client.call(readHead, { log, fromSize: 0 }, { token })),
  [readLeaves.name]: () =>
    deniedOnBothLogs((log, token) => test.client.call(readLeaves, { log, from: 0, to: 1 }, { token })),
  [readAuthority.name]: () =>
    deniedOnBothLogs((log, token) =>
      test.client.call(readAuthority, { log, from: 0, to: 1, headSize: 1 }, { token }),
    ),
  [readLeafHashes.name]: () =>
    deniedOnBothLogs((log, token) => test.client.call(readLeafHashes, { log, from: 0, to: 1 }, { token })),
  [proveEntries.name]: () =>
    deniedOnBothLogs(async (log, token) => {
      const [slot] = await test.parts().store.checkpointsUpTo(0);
      const live = await test.parts().engine.reader.log(log);
      const size = live?.tail.checkpoint?.size ?? slot?.size ?? 0;
      return test.client.call(proveEntries, { log, size, headSize: size, keys: [log] }, { token });
    }),
  [auditEpoch.name]: () =>
    deniedOnBothLogs((log, token) =>
      test.client.call(auditEpoch, { log, epoch: 0, fromSizes: [0], keys: [log] }, { token }),
    ),
  [ledgerBundle.name]: async () => {
    // Of the deployment, not of an organization; this server has no ledger to ask.
    const query = { trustedHeight: 1, fromEpoch: -1, toEpoch: null };
    expect(await test.client.call(ledgerBundle, query)).toMatchObject(failed("notAvailable"));
  },
  [readProfiles.name]: async () => {
    const hashes = [namedBytes(suite, "ours/alice/profile")];
    const forAlice = await test.client.call(readProfiles, { hashes }, { token: alice });
    expect(forAlice).toMatchObject({ body: { ciphertexts: [encodeUtf8("name, encrypted")] } });
    const forMallory = await test.client.call(readProfiles, { hashes }, { token: mallory });
    expect(forMallory).toMatchObject({ body: { ciphertexts: [null] } });
  },
  [readRing.name]: async () => {
    const [leaf] = await test.parts().store.leaves(place.log, 0, 1, 100_000);
    const ringHash = ringHashOf(leaf);
    const request = { log: place.log, ringHash };
    const forAlice = await test.client.call(readRing, request, { token: alice });
    expect(forAlice).toMatchObject({ kind: "ring", body: { ciphertext: expect.any(Uint8Array) } });
    expect(await test.client.call(readRing, request, { token: mallory })).toMatchObject(failed("unknownLog"));
    const bob = await test.client.openSession(suite, deployment, ours.organization, ours.bob);
    expect(await test.client.call(readRing, request, { token: bob })).toMatchObject(failed("notAllowed"));
  },
  [listLogs.name]: async () => {
    expect(await test.client.call(listLogs, {}, { token: alice })).toMatchObject({
      body: { workspaces: [place.log] },
    });
    expect(await test.client.call(listLogs, {}, { token: mallory })).toMatchObject({
      body: { workspaces: [] },
    });
  },
};

describe("two organizations on one server", () => {
  it.each(Object.keys(attempts))("%s tells Mallory nothing of Alice's", (name) => attempts[name]?.());

  it("have no command that was not tried", () => {
    expect(names.toSorted()).toEqual(Object.keys(attempts).sort());
  });
});

describe("one organization", () => {
  it("shows a workspace to its members only, and for as long as they are members", async () => {
    const bob = await test.client.openSession(suite, deployment, ours.organization, ours.bob);
    const head = () => test.client.call(readHead, { log: place.log, fromSize: 0 }, { token: bob });
    expect(await head()).toMatchObject(failed("notAllowed"));
    expect(await test.client.call(listLogs, {}, { token: bob })).toMatchObject({ body: { workspaces: [] } });
    const { access } = test.parts();
    const caller = { organization: ours.organization, device: ours.bob.device, user: ours.bob.user };
    await ours.setRole(ours.alice, place, ours.bob, "reader");
    expect(await head()).toMatchObject({ kind: "head" });
    expect(await access.mayRead(caller, place.log)).toBe(true);
    expect(await test.client.call(listLogs, {}, { token: bob })).toMatchObject({
      body: { workspaces: [place.log] },
    });
    await ours.setRole(ours.alice, place, ours.bob, null);
    expect(await head()).toMatchObject(failed("notAllowed"));
    expect(await test.client.call(listLogs, {}, { token: bob })).toMatchObject({ body: { workspaces: [] } });
  });
});

describe("a session", () => {
  it("is needed, and not to be had by replaying a challenge or without a signature", async () => {
    const none = await test.client.call(listLogs, {});
    expect(none).toMatchObject(failed("noSession"));
    const forged = await test.client.call(listLogs, {}, { token: new Uint8Array(32) });
    expect(forged).toMatchObject(failed("noSession"));
    const issued = await test.client.call(challenge, {});
    if (issued.kind !== "issued") throw new Error(issued.kind);
    const { organization } = ours;
    const { device } = ours.alice;
    const unsigned = {
      organization,
      device,
      challenge: issued.body.challenge,
      signature: new Uint8Array(64),
    };
    expect(await test.client.call(openSession, unsigned)).toEqual({ kind: "refused", body: {} });
    const statement = sessionStatement(deployment, organization, device, issued.body.challenge);
    const signature = signInContext(suite, SESSION_CONTEXT, statement, ours.alice.deviceSecret);
    // Used up by the attempt before.
    expect(await test.client.call(openSession, { ...unsigned, signature })).toEqual({
      kind: "refused",
      body: {},
    });
  });
});

type Answer = { readonly kind: string };

/** Works for Alice on her workspace; for Mallory both of Alice's logs do not exist. */
async function deniedOnBothLogs(ask: (log: Bytes, token: Bytes) => Promise<Answer>): Promise<void> {
  for (const log of [place.log, ours.organization]) {
    expect((await ask(log, alice)).kind).not.toBe("failed");
    expect(await ask(log, mallory)).toMatchObject(failed("unknownLog"));
  }
}

function ringHashOf(leaf: Bytes | undefined): Bytes {
  const parsed = unwrap(parseRecord(unwrap(parseLeaf(leaf ?? new Uint8Array(0))).record));
  if (parsed.content.kind !== "workspaceGenesis") throw new Error(parsed.content.kind);
  return parsed.content.body.ringHash;
}
