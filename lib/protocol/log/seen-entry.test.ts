import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { encodeMapValue, type MapEntryName, mapKeyOf } from "./map-entry.ts";
import { effectsOf } from "./own-effects.ts";
import { compareEntry, compareWithSeen, type EntryClaim, type SeenEntry, seenKeysOf } from "./seen-entry.ts";
import { createWrite, NO_BASE, namedBytes } from "./testing/memory-log.ts";
import { createMemoryWorld, roleOf } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const id = namedBytes(suite, "budget").slice(0, 16);
const [recordA, recordB] = [namedBytes(suite, "a"), namedBytes(suite, "b")];
const manifest = (version: number, isDeleted = false): EntryClaim => ({
  name: { kind: "manifest", id },
  value: encodeMapValue("manifest", [version, isDeleted]),
});
const written = (version: number, index: number, record = recordA, content = recordA): EntryClaim => ({
  name: { kind: "manifestVersion", id, version },
  value: encodeMapValue("manifestVersion", [index, record, content]),
});
const key = (keyIndex: number, index: number): EntryClaim => ({
  name: { kind: "key" },
  value: encodeMapValue("key", [keyIndex, index]),
});
const member = (role: "owner" | null, index: number): EntryClaim => ({
  name: { kind: "member", id },
  value: encodeMapValue("member", [role, index]),
});
const device = (seq: number, index: number, record = recordA): EntryClaim => ({
  name: { kind: "device", id },
  value: encodeMapValue("device", [id, seq, record, index]),
});
const authority = (count: number, chain = recordA): EntryClaim => ({
  name: { kind: "authority" },
  value: encodeMapValue("authority", [count, chain, 2]),
});
const nothing = ({ name }: EntryClaim): EntryClaim => ({ name, value: null });

/** A device that has been shown these maps, one after the other. */
class Memory {
  readonly rows = new Map<string, SeenEntry>();

  show(size: number, ...claims: readonly EntryClaim[]) {
    const compared = compareWithSeen(suite, (at) => this.rows.get(toHex(at)), claims, size);
    if (compared.ok) for (const { key: at, seen } of compared.value) this.rows.set(toHex(at), seen);
    return compared.ok ? "fits" : compared.error;
  }
}

function after(...shown: readonly (readonly [number, ...EntryClaim[]])[]): Memory {
  const memory = new Memory();
  for (const [size, ...claims] of shown) expect(memory.show(size, ...claims)).toBe("fits");
  return memory;
}

describe("what a device has seen of a map", () => {
  it("fits every map that an honest log goes through, in whatever order they are shown", () => {
    const shown: readonly (readonly [number, ...EntryClaim[]])[] = [
      [3, nothing(manifest(1)), nothing(written(1, 3)), key(0, 0), authority(1), nothing(member(null, 7))],
      [4, manifest(1), written(1, 3), nothing(written(2, 6)), key(0, 0), device(0, 3)],
      [7, manifest(2), written(1, 3), written(2, 6, recordB), key(0, 0), device(1, 6), member("owner", 4)],
      [8, manifest(2), written(2, 6, recordB), key(1, 7), authority(2), member(null, 7)],
      [10, manifest(3, true), written(3, 9, recordB, new Uint8Array(32)), key(1, 7), authority(2)],
      [12, manifest(4), written(4, 11), written(3, 9, recordB, new Uint8Array(32)), device(2, 10)],
    ];
    for (const order of [shown, shown.toReversed(), [...shown.slice(3), ...shown.slice(0, 3)]])
      after(...order);
  });

  it.each<readonly [string, Memory, number, readonly EntryClaim[]]>([
    ["a newest version that goes back", after([5, manifest(2)]), 9, [manifest(1)]],
    ["one that is gone", after([5, manifest(2)]), 9, [nothing(manifest(2))]],
    ["a version 0 in its place", after([5, manifest(2)]), 9, [manifest(0)]],
    ["a version that is gone", after([5, written(2, 4)]), 9, [nothing(written(2, 4))]],
    ["one that is gone below the newest", after([5, manifest(2)]), 9, [nothing(written(1, 4))]],
    ["a rotation that is gone", after([5, key(1, 4)]), 9, [key(0, 0)]],
    ["a key that is gone", after([5, key(0, 0)]), 9, [nothing(key(0, 0))]],
    ["a role before the one that was taken away", after([5, member(null, 4)]), 9, [member("owner", 2)]],
    ["a device's older record", after([5, device(3, 4)]), 9, [device(2, 3)]],
    ["fewer records of authority", after([5, authority(3)]), 9, [authority(2)]],
  ])("finds %s", (_, memory, size, claims) => {
    expect(memory.show(size, ...claims)).toBe("EntryOlderThanSeen");
  });

  it.each<readonly [string, Memory, number, readonly EntryClaim[]]>([
    ["another record at a known version", after([5, written(1, 4)]), 9, [written(1, 4, recordB)]],
    ["the same at another leaf", after([5, written(1, 4)]), 9, [written(1, 3)]],
    ["a deletion taken back without a new version", after([5, manifest(2, true)]), 9, [manifest(2)]],
    ["a deletion that nobody wrote", after([5, manifest(2)]), 9, [manifest(2, true)]],
    ["another role given by the same leaf", after([5, member(null, 4)]), 9, [member("owner", 4)]],
    ["the same key made later", after([5, key(0, 0)]), 9, [key(0, 8)]],
    ["another record of a device at a known step", after([5, device(3, 4)]), 9, [device(3, 4, recordB)]],
    ["as many other records of authority", after([5, authority(3)]), 9, [authority(3, recordB)]],
    [
      "a version that was there before the leaf that is said to have written it",
      after([5, manifest(2)]),
      9,
      [{ ...manifest(2), writtenAt: 8 }],
    ],
  ])("finds %s", (_, memory, size, claims) => {
    expect(memory.show(size, ...claims)).toBe("EntryDiffersFromSeen");
  });

  it.each<readonly [string, Memory, number, readonly EntryClaim[]]>([
    ["a version", after([9, manifest(1)]), 12, [written(2, 7)]],
    ["a rotation", after([9, key(0, 0)]), 12, [key(1, 7)]],
    ["a role taken away", after([9, member("owner", 2)]), 12, [member(null, 7)]],
    ["a device's record", after([9, device(3, 4)]), 12, [device(4, 7)]],
  ])("finds %s that was hidden from an earlier map", (_, memory, size, claims) => {
    expect(memory.show(size, ...claims)).toBe("EntryWasHidden");
  });

  it.each<readonly [string, Memory, number, readonly EntryClaim[]]>([
    ["a newer version", after([9, manifest(1)]), 7, [manifest(2)]],
    ["what wrote a newer version", after([9, manifest(1)]), 7, [written(2, 6)]],
    ["more records of authority", after([9, authority(1)]), 9, [authority(2)]],
  ])("finds %s in an older map than the one without it", (_, memory, size, claims) => {
    expect(memory.show(size, ...claims)).toBe("EntryNewerThanSeen");
  });

  it("lets an older map be older, but only before the leaf that wrote what it lacks", () => {
    const shown = () => after([12, written(2, 6), manifest(2)], [13, { ...manifest(2), writtenAt: 6 }]);
    expect(shown().show(6, nothing(written(2, 6)), manifest(1))).toBe("fits");
    expect(shown().show(7, manifest(1))).toBe("EntryOlderThanSeen");
    expect(shown().show(7, nothing(written(2, 6)))).toBe("EntryOlderThanSeen");
  });

  it("takes no leaf that the log did not have yet, and no bytes that are no value", () => {
    expect(new Memory().show(5, written(1, 5))).toBe("EntryAheadOfLog");
    expect(new Memory().show(5, { ...manifest(1), value: Uint8Array.of(1, 2) })).toBe("EntryMalformed");
  });

  it("looks up the newest version beside any other", () => {
    const name: MapEntryName = { kind: "manifestVersion", id, version: 4 };
    const newest = mapKeyOf(suite, { kind: "manifest", id });
    expect(seenKeysOf(suite, [name, name]).map(toHex)).toEqual([mapKeyOf(suite, name), newest].map(toHex));
  });
});

it("knows what each receipt says of the map, for every record that changes one", () => {
  const world = createMemoryWorld(suite);
  const { alice, bob, workspace, organization } = world;
  const first = alice.act(workspace, organization, createWrite(suite, id, NO_BASE, "one"));
  const base = { version: 1, record: first.application.recordHash };
  const rings = [alice, bob].map(({ user }) => ({ user, ringHash: recordA }));
  const acts = [
    first,
    alice.act(workspace, organization, createWrite(suite, id, base, "two")),
    alice.act(workspace, organization, roleOf(bob, "reader")),
    alice.act(workspace, organization, {
      kind: "rotation",
      body: { keyIndex: 1, keyCommitment: recordA, rings },
    }),
    // Without effect: the key that it names is not the newest any more.
    alice.act(workspace, organization, createWrite(suite, recordB.slice(0, 16), NO_BASE, "three")),
    alice.act(workspace, organization, { kind: "ack", body: {} }),
  ];
  for (const { record, application, index } of acts) {
    const stamped = { record, recordHash: application.recordHash, stamp: workspace.stampAt(index) };
    const entries = workspace.entriesAt(index + 1);
    for (const claim of effectsOf(stamped)) {
      expect(entries(mapKeyOf(suite, claim.name))).toEqual(claim.value);
      expect(unwrap(compareEntry(undefined, claim, index + 1))).toMatchObject({ since: index });
    }
    // Nothing that the rules change is left out, but for the count of records of authority.
    const named = new Set(effectsOf(stamped).map(({ name }) => toHex(mapKeyOf(suite, name))));
    const others = application.changes.filter(({ key: at }) => !named.has(toHex(at)));
    const authorityKey = toHex(mapKeyOf(suite, { kind: "authority" }));
    expect(others.every(({ key: at }) => toHex(at) === authorityKey)).toBe(true);
  }
});
