import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/text.ts";
import { checkRead } from "./check-read.ts";
import { recordHashOf } from "./identifiers.ts";
import { createMapChange, type MapChange } from "./map-entry.ts";
import type { Role } from "./record.ts";
import { createWrite, NO_BASE, namedBytes, type Person } from "./testing/memory-log.ts";
import { authorityOf, readNewest } from "./testing/memory-read.ts";
import { addStranger, createMemoryWorld, type MemoryWorld, roleOf } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const CONTENT = encodeUtf8("ciphertext of the plan");
const manifest = namedBytes(suite, "plan").slice(0, 16);

function contentOf() {
  const write = createWrite(suite, manifest, NO_BASE, "x");
  if (write.kind !== "write") throw new Error("a write");
  const [item] = write.body.items;
  if (!item) throw new Error("one item");
  const written = { ...item, contentHash: suite.sha256(CONTENT), sizeBytes: CONTENT.length };
  return { kind: "write", body: { items: [written], guards: [] } } as const;
}

/** What a lying server appends: the write stamped applied, in a map that has it, and whatever else it draws. */
function forgeWrite(
  { workspace, organization }: MemoryWorld,
  author: Person,
  also: readonly MapChange[] = [],
  signed = author.sign(author.draft(workspace, organization, contentOf())),
): void {
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  const index = workspace.size;
  workspace.forge(signed, [
    createMapChange(suite, { kind: "manifest", id: manifest }, "manifest", [1, false]),
    createMapChange(suite, { kind: "manifestVersion", id: manifest, version: 1 }, "manifestVersion", [
      index,
      recordHash,
      suite.sha256(CONTENT),
    ]),
    ...also,
  ]);
}

function member(person: Person, role: Role, index: number): MapChange {
  return createMapChange(suite, { kind: "member", id: person.user }, "member", [role, index]);
}

/** Alice reads the newest version, holding all authority records. */
function readByAlice(world: MemoryWorld) {
  const { organization, alice } = world;
  const { record, opening, receipt, answer } = readNewest(world, alice, [manifest], () => CONTENT);
  const authority = authorityOf(world);
  return checkRead(suite, {
    record,
    opening,
    receipt,
    answer,
    organizationAt: (size) => organization.entriesAt(size),
    authority,
  });
}

const NOT_ALLOWED = { ok: false, error: { type: "ReadAuthorNotAllowed", item: 0 } };

describe("who wrote what is read (I3, attack 16)", () => {
  it("must not be a device of the organization without a role", () => {
    const world = createMemoryWorld(suite);
    const carol = addStranger(world, "carol");
    forgeWrite(world, carol);
    expect(readByAlice(world)).toEqual(NOT_ALLOWED);
  });

  it("has no role because a map says so", () => {
    const world = createMemoryWorld(suite);
    const carol = addStranger(world, "carol");
    forgeWrite(world, carol, [member(carol, "owner", 1)]);
    expect(readByAlice(world)).toEqual(NOT_ALLOWED);
  });

  it.each([null, "reader"] as const)("must not have lost the role before, to %s", (role) => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    alice.act(workspace, organization, roleOf(bob, role));
    forgeWrite(world, bob, [member(bob, "contributor", 1)]);
    expect(readByAlice(world)).toEqual(NOT_ALLOWED);
  });

  it("must not get the role only afterwards", () => {
    const world = createMemoryWorld(suite);
    const carol = addStranger(world, "carol");
    forgeWrite(world, carol);
    world.alice.act(world.workspace, world.organization, roleOf(carol, "contributor"));
    expect(readByAlice(world)).toEqual(NOT_ALLOWED);
  });

  it.each([null, "reader", "manager"] as const)("may have changed the role since, to %s", (role) => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    bob.act(workspace, organization, contentOf());
    alice.act(workspace, organization, roleOf(bob, role));
    expect(readByAlice(world)).toMatchObject({ ok: true });
  });

  it("may have left and come back, and a read may be answered again after roles changed", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    alice.act(workspace, organization, roleOf(bob, null));
    alice.act(workspace, organization, roleOf(bob, "contributor"));
    bob.act(workspace, organization, contentOf());
    const read = readNewest(world, alice, [manifest], () => CONTENT);
    alice.act(workspace, organization, roleOf(bob, null));
    const input = {
      ...read,
      organizationAt: (size: number) => organization.entriesAt(size),
    };
    expect(checkRead(suite, { ...input, authority: authorityOf(world) })).toMatchObject({ ok: true });
  });

  it("is judged by a list that the receipt's map has no other word on", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    bob.act(workspace, organization, contentOf());
    const before = authorityOf(world);
    alice.act(workspace, organization, roleOf(bob, "reader"));
    const read = readNewest(world, alice, [manifest], () => CONTENT);
    const input = {
      ...read,
      organizationAt: (size: number) => organization.entriesAt(size),
    };
    const differs = { ok: false, error: { type: "ReadAuthorityDiffers" } };
    expect(checkRead(suite, { ...input, authority: before })).toEqual(differs);
    const silent = { ...read.receipt, entries: () => undefined };
    expect(checkRead(suite, { ...input, receipt: silent, authority: authorityOf(world) })).toEqual(differs);
  });

  it("must have written within the epochs that the record allows (attack 11)", () => {
    const world = createMemoryWorld(suite);
    const { bob, workspace } = world;
    const signed = bob.sign(bob.draft(workspace, world.organization, contentOf()));
    workspace.epoch = 4;
    forgeWrite(world, bob, [], signed);
    expect(readByAlice(world)).toEqual({ ok: false, error: { type: "ReadWriteNotProven", item: 0 } });
  });
});
