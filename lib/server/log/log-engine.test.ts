import { describe, expect, it, onTestFinished } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8 } from "#protocol/bytes/text.ts";
import { AuthorityList } from "#protocol/log/authority-list.ts";
import { checkRead } from "#protocol/log/check-read.ts";
import { parseNote, verifyNote } from "#protocol/log/head.ts";
import { logIdOf } from "#protocol/log/identifiers.ts";
import { parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { isIncluded, type VerifiedReceipt } from "#protocol/log/receipt.ts";
import { type RefusalStatus, verifyRefusal } from "#protocol/log/refusal.ts";
import type { LogReplay } from "#protocol/log/replay.ts";
import { unwrap } from "#protocol/result.ts";
import { replayLog } from "../testing/replay-log.ts";
import { sealEpoch } from "../testing/seal.ts";
import { startTestEngine } from "../testing/test-engine.ts";
import type { AppendAnswer } from "./append-job.ts";
import { startEngineWorld } from "./testing/engine-world.ts";

const { suite, deployment, server, world, place } = await startEngineWorld();

function refusalOf(answer: AppendAnswer): RefusalStatus {
  if (answer.type !== "refused") throw new Error(`expected a refusal, got ${answer.type}`);
  const { refusal } = answer;
  expect(verifyRefusal(suite, refusal, [server.signer.verifyKey])).toBe(true);
  if (refusal.statement.note.length > 0) {
    unwrap(verifyNote(suite, refusal.statement.note, [server.signer.verifyKey]));
  }
  return refusal.statement.status;
}

describe("reading what was written", () => {
  it("gives the newest version with its proofs, a chosen version, a deleted and an absent manifest", async () => {
    const manifest = world.manifest("report");
    const first = await world.write(world.alice, place, { manifest, text: "first" });
    const base = { version: 1, record: first.recordHash };
    const second = await world.write(world.bob, place, { manifest, text: "second", base });
    const gone = world.manifest("gone");
    const made = await world.write(world.alice, place, { manifest: gone, text: "x" });
    await world.write(world.alice, place, {
      manifest: gone,
      text: null,
      base: { version: 1, record: made.recordHash },
    });
    const items = [
      { manifest, version: null },
      { manifest, version: 1 },
      { manifest, version: 7 },
      { manifest: gone, version: null },
      { manifest: world.manifest("never"), version: null },
    ];
    const { content, opening } = world.readContent(items);
    const read = await world.say(world.bob, place, content, { opening });
    expect(read.results.map(({ status, version }) => [status, version])).toEqual([
      ["found", 2],
      ["found", 1],
      ["absent", 0],
      ["deleted", 2],
      ["absent", 0],
    ]);
    expect(read.contents).toEqual([encodeUtf8("second"), encodeUtf8("first"), null, null, null]);
    expect(read.results[0]?.recordHash).toEqual(second.recordHash);
    const organization = await replayLog(world, server, world.organization, null);
    const verified = checkRead(suite, {
      record: read.draft.record,
      opening,
      receipt: read.verified,
      answer: read,
      organizationAt: (size) => organization.entriesAt(size),
      authority: await authorityOf(place.log, read.verified, organization),
    });
    expect(verified.ok).toBe(true);
  });

  it("gives the same results again for the same READ, whatever was written since", async () => {
    const manifest = world.manifest("changing");
    const first = await world.write(world.alice, place, { manifest, text: "old" });
    const { content, opening } = world.readContent([{ manifest, version: null }]);
    const read = await world.say(world.bob, place, content, { opening });
    let base = { version: 1, record: first.recordHash };
    for (let version = 2; version <= 80; version++) {
      const written = await world.write(world.alice, place, { manifest, text: `new ${version}`, base });
      base = { version, record: written.recordHash };
    }
    const again = await world.send(read.draft, { opening });
    if (again.type !== "appended") throw new Error(again.type);
    expect(again.receipt.stamp).toEqual(read.receipt.stamp);
    expect(again.contents).toEqual([encodeUtf8("old")]);
    expect(again.results).toEqual(read.results);
    const verified = world.bob.verify(place.log, read.draft, again.receipt);
    expect(verified.head.size).toBeGreaterThan(read.verified.head.size);
  });

  it("announces writes and authority records, never reads", async () => {
    const before = server.grown.length;
    await world.read(world.bob, place, [{ manifest: world.manifest("report"), version: null }]);
    expect(server.grown.length).toBe(before);
    const { verified } = await world.write(world.bob, place, { manifest: world.manifest("new"), text: "n" });
    expect(server.grown.slice(before)).toEqual([
      { organization: world.organization, log: place.log, size: verified.head.size },
    ]);
  });
});

/** As a reader fetches it: number by number, each leaf under the receipt's head. */
async function authorityOf(log: Bytes, { head, entries }: VerifiedReceipt, organization: LogReplay) {
  const list = new AuthorityList(suite, { id: log, kind: "workspace", organization: world.organization });
  const [count] = readMapEntry(suite, entries, { kind: "authority" }) ?? [0];
  while (list.count < count) {
    const leaves = await server.engine.reader.authority(log, list.count, count, head.size, 1);
    const [proven] = leaves ?? [];
    if (!proven || leaves?.length !== 1 || !isIncluded(suite, head, proven)) throw new Error("not proven");
    const { organizationSize } = unwrap(parseStamp(unwrap(parseLeaf(proven.leaf)).stamp));
    unwrap(list.append(proven.leaf, proven.index, organization.entriesAt(organizationSize)));
  }
  return list;
}

describe("a record that is refused", () => {
  it("says why, signed over the head it was decided on, and leaves the log alone", async () => {
    const { content, contents } = world.writeContent({ manifest: world.manifest("r"), text: "content" });
    const { alice, bob } = world;
    const stranger = world.createPerson("stranger");
    const sizeBefore = (await server.engine.reader.log(place.log))?.tail.size;
    const cases: readonly (readonly [RefusalStatus, Promise<AppendAnswer>])[] = [
      ["unknownOrRevoked", world.send(stranger.draft(place, content), { contents })],
      ["outOfStep", world.send(alice.draft(place, content, { seq: 99 }), { contents })],
      [
        "seenNotPrefix",
        world.send(alice.draft(place, content, { seenRoot: suite.sha256(place.log) }), { contents }),
      ],
      ["sealedNotTrue", world.send(alice.draft(place, content, { sealedEpoch: 5 }), { contents })],
      ["contentMissing", world.send(alice.draft(place, content))],
      [
        "contentMissing",
        world.send(
          bob.draft(place, world.readContent([{ manifest: world.manifest("r"), version: null }]).content),
        ),
      ],
      [
        "foreignLog",
        world.send({ ...alice.draft(place, content, { log: suite.sha256(place.log) }), log: place.log }),
      ],
    ];
    for (const [status, answer] of cases) expect(refusalOf(await answer)).toBe(status);
    const draft = alice.draft(place, content);
    const forged = { ...draft, signed: { ...draft.signed, signature: new Uint8Array(64) } };
    expect(refusalOf(await world.send(forged, { contents }))).toBe("badSignature");
    const garbage = { ...draft, signed: { ...draft.signed, record: Uint8Array.of(1, 2, 3) } };
    expect(refusalOf(await world.send(garbage, { contents }))).toBe("malformed");
    const carol = world.createPerson("carol");
    await world.addUser(carol, "outsider");
    expect(refusalOf(await world.send(carol.draft(place, content), { contents }))).toBe("notMember");
    expect((await server.engine.reader.log(place.log))?.tail.size).toBe(sizeBefore);
  });

  it("is not one whose content is stored already, or lies about its size", async () => {
    const manifest = world.manifest("again");
    await world.write(world.alice, place, { manifest: world.manifest("source"), text: "shared content" });
    const { content } = world.writeContent({ manifest, text: "shared content" });
    await world.say(world.bob, place, content);
    if (content.kind !== "write") throw new Error("unreachable");
    const lying = { ...content.body, items: content.body.items.map((item) => ({ ...item, sizeBytes: 3 })) };
    const draft = world.bob.draft(place, { kind: "write", body: lying });
    expect(refusalOf(await world.send(draft))).toBe("contentMissing");
    expect(await world.send(draft, { contents: [encodeUtf8("shared content")] })).toEqual({
      type: "attachmentUnneeded",
    });
  });

  it("is one whose content came in the same transaction, but for another log", async () => {
    const { alice, bob } = world;
    const elsewhere = await world.createWorkspace(alice);
    const { content, contents } = world.writeContent({
      manifest: world.manifest("two"),
      text: "for one log",
    });
    // The first is committed alone; the other two wait for it together.
    const [, , here] = await Promise.all([
      world.say(bob, place, { kind: "ack", body: {} }),
      world.say(alice, elsewhere, content, { contents }),
      world.send(alice.draft(place, content)),
    ]);
    expect(refusalOf(here)).toBe("contentMissing");
  });

  it("is refused over the head it was decided on, whatever the same transaction makes of the log", async () => {
    const { alice, bob } = world;
    const dave = world.createPerson("dave");
    await world.addUser(dave, "standard");
    const { content, contents } = world.writeContent({ manifest: world.manifest("early"), text: "early" });
    const early = dave.draft(place, content, {});
    // The first is committed alone; the other two wait for it together, the refused one before its admission.
    const [, answer, admitted] = await Promise.all([
      world.say(bob, place, { kind: "ack", body: {} }),
      world.send(early, { contents }),
      world.setRole(alice, place, dave, "contributor"),
    ]);
    if (answer.type !== "refused") throw new Error(answer.type);
    const { status, note } = answer.refusal.statement;
    expect(status).toBe("notMember");
    expect(parseNote(note)).toMatchObject({ ok: true, value: { size: admitted.verified.stamp.index } });
  });

  it("cannot list a workspace that is not born with it", async () => {
    const draft = world.alice.draft(
      { log: world.organization, organization: null },
      { kind: "workspace", body: { workspace: suite.sha256(Uint8Array.of(9)) } },
    );
    expect(refusalOf(await world.send(draft))).toBe("contentMissing");
  });

  it("has no log to be refused by when the log does not exist", async () => {
    const draft = world.alice.draft(place, { kind: "ack", body: {} });
    expect(await world.send({ ...draft, log: suite.sha256(place.log) })).toEqual({ type: "unknownLog" });
  });
});

describe("births", () => {
  it("answers the same founding again with the same stamps", async () => {
    const again = await server.engine.createOrganization({ records: world.founding, profiles: [] });
    if (again.type !== "created") throw new Error(again.type);
    const stamps = again.receipts.map((receipt) => unwrap(parseStamp(receipt.stamp)).index);
    expect(stamps).toEqual([0, 1, 2]);
    const other = [...world.founding].reverse();
    expect(await server.engine.createOrganization({ records: other, profiles: [] })).toEqual({
      type: "recordsInvalid",
    });
  });

  it("makes a workspace in both logs or in neither", async () => {
    const organization = { log: world.organization, organization: null };
    const before = (await server.engine.reader.log(world.organization))?.tail.size;
    const genesis = world.alice.draft(null, {
      kind: "workspaceGenesis",
      body: {
        organization: suite.sha256(world.organization),
        owner: world.alice.user,
        nonce: new Uint8Array(16),
        keyCommitment: new Uint8Array(32),
        ringHash: suite.sha256(encodeUtf8("ring")),
      },
    });
    const workspace = logIdOf(suite, genesis.signed.record, genesis.signed.signature);
    const listing = world.alice.draft(organization, { kind: "workspace", body: { workspace } });
    const answer = await server.engine.createWorkspace({
      organization: world.organization,
      workspace,
      organizationRecord: listing.signed,
      genesis: genesis.signed,
      rings: [{ user: world.alice.user, ciphertext: encodeUtf8("ring") }],
    });
    if (answer.type !== "refused") throw new Error(answer.type);
    expect(answer.refusal.statement).toMatchObject({
      log: workspace,
      status: "foreignLog",
      note: new Uint8Array(0),
    });
    expect((await server.engine.reader.log(world.organization))?.tail.size).toBe(before);
    expect(await server.engine.reader.log(workspace)).toBeUndefined();
    await world.createWorkspace(world.alice);
  });
});

describe("everything so far", () => {
  it("replays leaf by leaf to the same roots, also after a restart", async () => {
    const heads = async (engine = server) => {
      const organization = await replayLog(world, engine, world.organization, null);
      const workspace = await replayLog(world, engine, place.log, organization);
      return [organization.root(), workspace.root(), workspace.size];
    };
    await sealEpoch(world, server.engine.epochLogs, deployment);
    const before = await heads();
    const live = await server.engine.reader.log(place.log);
    expect(before[1]).toEqual(live?.tail.root);
    await server.stop();
    const restarted = await startTestEngine({ suite, folder: server.folder });
    onTestFinished(restarted.stop);
    expect(await heads(restarted)).toEqual(before);
  });
});
