import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { AuthorityList } from "./authority-list.ts";
import { createMapChange, readMapEntry } from "./map-entry.ts";
import type { Role } from "./record.ts";
import type { Person } from "./testing/memory-log.ts";
import { authorityIndices, authorityOf, takeIn } from "./testing/memory-read.ts";
import { addStranger, createMemoryWorld, type MemoryWorld, roleOf } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

function setRole({ alice, workspace, organization }: MemoryWorld, person: Person, role: Role | null): number {
  return alice.act(workspace, organization, roleOf(person, role)).index;
}

/** A role that somebody gives who may not, appended as applied, with the map to fit. */
function forgeRole(
  { workspace, organization }: MemoryWorld,
  giver: Person,
  person: Person,
  role: Role,
): number {
  const signed = giver.sign(giver.draft(workspace, organization, roleOf(person, role)));
  const name = { kind: "member", id: person.user } as const;
  return workspace.forge(signed, [createMapChange(suite, name, "member", [role, workspace.size])]);
}

const ROLES = [null, "reader", "contributor", "manager", "owner"] as const;

describe("the authority list", () => {
  it("knows of every user at every size what the honest map says", () => {
    const step = fc.record({ of: fc.nat(3), role: fc.constantFrom(...ROLES), by: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const world = createMemoryWorld(suite);
        const { workspace, organization } = world;
        const people = [world.alice, world.bob, addStranger(world, "carol"), addStranger(world, "dave")];
        const personAt = (at: number) => people[at] ?? world.alice;
        for (const { of, role, by } of steps) {
          const giver = personAt(by);
          const signed = giver.sign(giver.draft(workspace, organization, roleOf(personAt(of), role)));
          // Who is no member is refused; what a role does not allow is logged and changes nothing.
          const appended = workspace.append(signed);
          if (appended.ok) giver.adopt(workspace, appended.value);
        }
        const list = authorityOf(world);
        for (let size = 1; size <= workspace.size; size++) {
          const entries = workspace.entriesAt(size);
          for (const { user } of people) {
            const inMap = readMapEntry(suite, entries, { kind: "member", id: user })?.[0] ?? null;
            expect(list.roleAt(user, size)).toBe(inMap);
          }
          const entry = readMapEntry(suite, entries, { kind: "authority" });
          expect(entry && list.agreesWith(entry, size)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("takes no role from one who may not give it, whatever the map says (attack 16)", () => {
    const world = createMemoryWorld(suite);
    const carol = addStranger(world, "carol");
    for (const giver of [carol, world.bob]) {
      const list = authorityOf(world);
      const index = forgeRole(world, giver, carol, "contributor");
      expect(takeIn(world, list, index)).toEqual({ ok: false, error: { type: "AuthorityNotGranted" } });
      expect(list.roleAt(carol.user, world.workspace.size)).toBeNull();
    }
  });

  it("takes no grant a second time, after it was taken back (attack 12)", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    const carol = addStranger(world, "carol");
    const { signed } = alice.act(workspace, organization, roleOf(carol, "contributor"));
    setRole(world, carol, null);
    const list = authorityOf(world);
    const again = workspace.forge(signed, []);
    expect(takeIn(world, list, again)).toEqual({ ok: false, error: { type: "AuthorityLeafMisplaced" } });
    expect(list.roleAt(carol.user, workspace.size)).toBeNull();
    expect(list.roleAt(bob.user, workspace.size)).toBe("contributor");
  });

  it("notices a record that is left out, wherever it stood", () => {
    const world = createMemoryWorld(suite);
    const { workspace, bob } = world;
    const carol = addStranger(world, "carol");
    setRole(world, carol, "reader");
    setRole(world, bob, null);
    setRole(world, carol, "contributor");
    const entry = readMapEntry(suite, workspace.entriesAt(workspace.size), { kind: "authority" });
    if (!entry) throw new Error("a workspace has authority records");
    for (const left of authorityIndices(world).slice(1)) {
      const list = new AuthorityList(suite, workspace.identity);
      for (const index of authorityIndices(world)) if (index !== left) takeIn(world, list, index);
      expect(list.agreesWith(entry, workspace.size)).toBe(false);
    }
    const all = authorityOf(world);
    expect(all.agreesWith(entry, workspace.size)).toBe(true);
    // Nor may the map go back to what it was before a record that the list has.
    const before = readMapEntry(suite, workspace.entriesAt(workspace.size - 1), { kind: "authority" });
    expect(before && all.agreesWith(before, workspace.size)).toBe(false);
    expect(before && all.agreesWith(before, workspace.size - 1)).toBe(true);
  });

  it("takes nothing out of its order, of another log or not applied", () => {
    const world = createMemoryWorld(suite);
    const { workspace, organization, bob, alice } = world;
    const denied = bob.act(workspace, organization, roleOf(alice, "reader")).index;
    const later = setRole(world, bob, "reader");
    const misplaced = { ok: false, error: { type: "AuthorityLeafMisplaced" } };
    const empty = new AuthorityList(suite, workspace.identity);
    expect(takeIn(world, empty, later)).toEqual(misplaced);
    const list = authorityOf(world);
    for (const index of [0, denied, later]) expect(takeIn(world, list, index)).toEqual(misplaced);
    const other = new AuthorityList(suite, { ...workspace.identity, id: organization.identity.id });
    expect(takeIn(world, other, 0)).toEqual(misplaced);
    const leaf = workspace.leaves[0] ?? new Uint8Array(0);
    expect(empty.append(leaf, 1, organization.entriesAt(organization.size))).toEqual(misplaced);
  });

  it("never throws on garbage, nor lets any of it in", () => {
    const world = createMemoryWorld(suite);
    const { workspace, organization } = world;
    const genesis = workspace.leaves[0] ?? new Uint8Array(0);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(genesis.length - 1),
        fc.nat(254),
        (junk, at, by) => {
          const list = new AuthorityList(suite, workspace.identity);
          const flipped = Uint8Array.from(genesis, (byte, place) => (place === at ? byte ^ (by + 1) : byte));
          const entries = organization.entriesAt(organization.size);
          for (const bytes of [junk, flipped]) {
            const taken = list.append(bytes, 0, entries);
            // The stamp's time and map root are the server's word, and nothing here rests on them.
            if (taken.ok) expect(toHex(bytes.slice(0, 300))).toBe(toHex(genesis.slice(0, 300)));
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(unwrap(takeIn(world, new AuthorityList(suite, workspace.identity), 0))).toBeNull();
  });
});
