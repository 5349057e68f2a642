import { describe, expect, it } from "vitest";
import type { Bytes } from "../bytes/bytes.ts";
import { unwrap } from "../result.ts";
import { readMapEntry } from "./map-entry.ts";
import type { Record, RecordContent } from "./record.ts";
import { createWrite, flipBit, type MemoryLog, NO_BASE, namedBytes, Person } from "./testing/memory-log.ts";
import { createMemoryWorld, type MemoryWorld } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const manifest = namedBytes(suite, "notes").slice(0, 16);
const HASH = new Uint8Array(32).fill(7);

/** What Bob's record leads to after one change to what he would honestly have written. */
function attempt(
  world: MemoryWorld,
  changed: Partial<Record>,
  content: RecordContent = { kind: "ack", body: {} },
) {
  const { bob, workspace, organization } = world;
  return workspace.append(bob.sign(bob.draft(workspace, organization, content, changed)));
}

function outcomeOf(person: Person, log: MemoryLog, organization: MemoryLog | null, content: RecordContent) {
  return person.act(log, organization, content).application.outcome;
}

function rotation(keyIndex: number, users: readonly Bytes[]): RecordContent {
  return {
    kind: "rotation",
    body: { keyIndex, keyCommitment: HASH, rings: users.map((user) => ({ user, ringHash: HASH })) },
  };
}

describe("records that are not appended", () => {
  it.each([
    ["OutOfStep", { seq: 5 }],
    ["OutOfStep", { prev: HASH }],
    ["ForeignLog", { log: HASH }],
    ["UnknownOrRevoked", { device: new Uint8Array(16) }],
    ["SeenNotPrefix", { seenRoot: HASH }],
    ["SeenNotPrefix", { seenSize: 99 }],
    ["SeenNotPrefix", { seenOrganization: [99, HASH] }],
    ["SealedNotTrue", { sealedEpoch: 0, sealedHash: HASH }],
  ] as const)("%s", (type, changed) => {
    expect(attempt(createMemoryWorld(suite), changed)).toEqual({ ok: false, error: { type } });
  });

  it("BadSignature", () => {
    const { bob, workspace, organization } = createMemoryWorld(suite);
    const signed = bob.sign(bob.draft(workspace, organization, { kind: "ack", body: {} }));
    expect(workspace.append({ ...signed, signature: flipBit(signed.signature, 3) })).toMatchObject({
      error: { type: "BadSignature" },
    });
  });

  it("NotMember, of the organization but without a role", () => {
    const world = createMemoryWorld(suite);
    const { alice, organization, workspace } = world;
    const carol = new Person(suite, "carol");
    alice.act(organization, null, {
      kind: "user",
      body: { user: carol.user, boxKey: suite.boxKeyOf(HASH), profile: "standard", profileHash: HASH },
    });
    alice.act(organization, null, {
      kind: "device",
      body: { user: carol.user, verifyKey: suite.verifyKeyOf(carol.deviceSecret), labelHash: HASH },
    });
    const signed = carol.sign(carol.draft(workspace, organization, { kind: "ack", body: {} }));
    expect(workspace.append(signed)).toEqual({ ok: false, error: { type: "NotMember" } });
  });

  it("OutOfStep when the last receipt was not taken in", () => {
    const world = createMemoryWorld(suite);
    const { bob, workspace, organization } = world;
    const seen = bob.draft(workspace, organization, { kind: "ack", body: {} });
    bob.act(workspace, organization, { kind: "ack", body: {} });
    expect(attempt(world, { seenSize: seen.seenSize, seenRoot: seen.seenRoot })).toMatchObject({
      error: { type: "OutOfStep" },
    });
  });

  it("Malformed: a manifest twice in one write, a tombstone with content, kinds of another log", () => {
    const world = createMemoryWorld(suite);
    const write = createWrite(suite, manifest, NO_BASE, "x");
    if (write.kind !== "write") throw new Error("a write");
    const [item] = write.body.items;
    if (!item) throw new Error("an item");
    const malformed = { ok: false, error: { type: "Malformed" } };
    expect(attempt(world, {}, { kind: "write", body: { items: [item, item], guards: [] } })).toEqual(
      malformed,
    );
    expect(
      attempt(world, {}, { kind: "write", body: { items: [{ ...item, tombstone: true }], guards: [] } }),
    ).toEqual(malformed);
    expect(attempt(world, {}, { kind: "write", body: { items: [], guards: [] } })).toEqual(malformed);
    expect(attempt(world, {}, { kind: "workspace", body: { workspace: HASH } })).toEqual(malformed);
  });
});

describe("outcomes in a workspace", () => {
  it("expired: more than three epochs after the newest seal that the author knew", () => {
    const world = createMemoryWorld(suite);
    world.workspace.epoch = 3;
    const late = unwrap(attempt(world, { sealedEpoch: -1, sealedHash: new Uint8Array(32) }));
    expect(late.outcome).toBe("expired");
  });

  it("denied: a reader does not write, a contributor does not name, admit or rotate", () => {
    const { alice, bob, workspace, organization } = createMemoryWorld(suite);
    const act = (content: RecordContent) => outcomeOf(bob, workspace, organization, content);
    expect(act({ kind: "name", body: { keyIndex: 0, ciphertext: new Uint8Array(3) } })).toBe("denied");
    expect(act({ kind: "role", body: { user: HASH.slice(0, 16), role: "reader", ringHash: HASH } })).toBe(
      "denied",
    );
    expect(act(rotation(1, [alice.user, bob.user]))).toBe("denied");
    alice.act(workspace, organization, {
      kind: "role",
      body: { user: bob.user, role: "reader", ringHash: HASH },
    });
    expect(act(createWrite(suite, manifest, NO_BASE, "x"))).toBe("denied");
    expect(act({ kind: "read", body: { count: 1, request: HASH } })).toBe("applied");
  });

  it("staleKey: a write under a key that was rotated away", () => {
    const { alice, bob, workspace, organization } = createMemoryWorld(suite);
    expect(outcomeOf(alice, workspace, organization, rotation(1, [alice.user, bob.user]))).toBe("applied");
    expect(outcomeOf(bob, workspace, organization, createWrite(suite, manifest, NO_BASE, "x"))).toBe(
      "staleKey",
    );
    expect(outcomeOf(alice, workspace, organization, rotation(1, [alice.user, bob.user]))).toBe("staleKey");
  });

  it("conflict: a rotation that leaves a member out or names a stranger", () => {
    const { alice, bob, workspace, organization } = createMemoryWorld(suite);
    expect(outcomeOf(alice, workspace, organization, rotation(1, [alice.user]))).toBe("conflict");
    const stranger = HASH.slice(0, 16);
    expect(outcomeOf(alice, workspace, organization, rotation(1, [alice.user, stranger]))).toBe("conflict");
    expect(outcomeOf(alice, workspace, organization, rotation(1, [alice.user, bob.user]))).toBe("applied");
  });

  it("conflict: another base, another base record, or a guard that moved; and nothing of the write is done", () => {
    const { alice, bob, workspace, organization } = createMemoryWorld(suite);
    const first = alice.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "one"));
    const base = { version: 1, record: first.application.recordHash };
    expect(outcomeOf(bob, workspace, organization, createWrite(suite, manifest, NO_BASE, "two"))).toBe(
      "conflict",
    );
    expect(
      outcomeOf(bob, workspace, organization, createWrite(suite, manifest, { ...base, record: HASH }, "two")),
    ).toBe("conflict");
    const guarded = createWrite(suite, HASH.slice(0, 16), NO_BASE, "moved");
    if (guarded.kind !== "write") throw new Error("a write");
    const guards = [{ manifest, version: 0 }];
    expect(
      outcomeOf(bob, workspace, organization, { kind: "write", body: { ...guarded.body, guards } }),
    ).toBe("conflict");
    const entries = workspace.entriesAt(workspace.size);
    expect(readMapEntry(suite, entries, { kind: "manifest", id: HASH.slice(0, 16) })).toBeUndefined();
    expect(outcomeOf(bob, workspace, organization, createWrite(suite, manifest, base, "two"))).toBe(
      "applied",
    );
  });

  it("counts members through admissions, leaving and returning", () => {
    const { alice, bob, workspace, organization } = createMemoryWorld(suite);
    const members = () =>
      readMapEntry(suite, workspace.entriesAt(workspace.size), { kind: "authority" })?.[2];
    expect(members()).toBe(2);
    expect(
      outcomeOf(bob, workspace, organization, {
        kind: "role",
        body: { user: bob.user, role: null, ringHash: null },
      }),
    ).toBe("applied");
    expect(members()).toBe(1);
    expect(
      outcomeOf(alice, workspace, organization, {
        kind: "role",
        body: { user: bob.user, role: "manager", ringHash: HASH },
      }),
    ).toBe("applied");
    expect(members()).toBe(2);
    expect(
      outcomeOf(alice, workspace, organization, {
        kind: "role",
        body: { user: alice.user, role: null, ringHash: null },
      }),
    ).toBe("denied");
  });
});

describe("outcomes in an organization", () => {
  it("lets only administrators register users, and nobody twice", () => {
    const { alice, bob, organization } = createMemoryWorld(suite);
    const user: RecordContent = {
      kind: "user",
      body: { user: HASH.slice(0, 16), boxKey: suite.boxKeyOf(HASH), profile: "standard", profileHash: HASH },
    };
    expect(outcomeOf(bob, organization, null, user)).toBe("denied");
    expect(outcomeOf(alice, organization, null, user)).toBe("applied");
    expect(outcomeOf(alice, organization, null, user)).toBe("conflict");
  });

  it("lets a user add devices of its own, and of nobody else", () => {
    const { alice, bob, organization } = createMemoryWorld(suite);
    const device = (user: Bytes, name: string): RecordContent => ({
      kind: "device",
      body: { user, verifyKey: suite.verifyKeyOf(namedBytes(suite, name)), labelHash: HASH },
    });
    expect(outcomeOf(bob, organization, null, device(bob.user, "phone"))).toBe("applied");
    expect(outcomeOf(bob, organization, null, device(alice.user, "rogue"))).toBe("denied");
  });

  it("leaves recovery to the root key", () => {
    const { alice, organization } = createMemoryWorld(suite);
    const recover: RecordContent = {
      kind: "recover",
      body: {
        user: alice.user,
        verifyKey: suite.verifyKeyOf(HASH),
        boxKey: suite.boxKeyOf(HASH),
        labelHash: HASH,
      },
    };
    expect(outcomeOf(alice, organization, null, recover)).toBe("denied");
  });
});
