import { createMapLie } from "#protocol/evidence/create-map-lie.ts";
import { createStaleRead } from "#protocol/evidence/create-stale-read.ts";
import { type Outcome, parseLeaf } from "#protocol/log/leaf.ts";
import type { MapChange } from "#protocol/log/map-entry.ts";
import { type ReadResult, readRequestHash, readResultsHash } from "#protocol/log/read.ts";
import type { RecordContent } from "#protocol/log/record.ts";
import { epochLeafChange } from "#protocol/log/replay.ts";
import { MemoryLog, namedBytes } from "#protocol/log/testing/memory-log.ts";
import { unwrap } from "#protocol/result.ts";
import {
  createWorld,
  entriesOf,
  FILE,
  forge,
  leafOf,
  NO_BASE,
  noteOf,
  suite,
  type World,
  write,
} from "./evidence-world.ts";
import { type GuiltyCase, need } from "./guilty-case.ts";

/** A world in which the file has two versions, and Bob's read of the newest one, answered as told. */
function createRead(versionGiven: 1 | 2) {
  const world = createWorld();
  const { workspace: log, organization, alice, bob } = world;
  const one = alice.act(log, organization, write(FILE, NO_BASE, "one"));
  const base = { version: 1, record: one.application.recordHash };
  const two = alice.act(log, organization, write(FILE, base, "two"));
  const given = versionGiven === 1 ? one : two;
  const nonce = namedBytes(suite, "nonce").slice(0, 16);
  const opening = { nonce, items: [{ manifest: FILE, version: null }] };
  const results: readonly ReadResult[] = [
    {
      status: "found",
      version: versionGiven,
      writeIndex: given.index,
      recordHash: given.application.recordHash,
      contentHash: namedBytes(suite, versionGiven === 1 ? "one" : "two"),
    },
  ];
  const request = readRequestHash(suite, opening);
  const hash = readResultsHash(suite, nonce, results);
  const read = bob.act(log, organization, { kind: "read", body: { count: 1, request } }, hash);
  return { world, opening, results, read };
}

export function staleRead(): GuiltyCase {
  const { world, opening, results, read } = createRead(1);
  const { workspace: log, organization, alice } = world;
  alice.act(log, organization, { kind: "ack", body: {} });
  const [entry] = entriesOf(log, log.size, [{ kind: "manifestVersion", id: FILE, version: 2 }]);
  if (!entry) throw new Error("one entry was asked for");
  const claim = createStaleRead(suite, {
    head: noteOf(log),
    read: leafOf(log, read.index),
    opening,
    results,
    item: 0,
    later: leafOf(log, log.size - 1),
    entry,
  });
  return { name: "stale read", log, organization, accused: "instance", claim: need(claim) };
}

/** In each the server stamps the map root of the leaf before, as if the leaf had changed nothing. */
export function mapLies(): GuiltyCase[] {
  const ofWorkspace = (world: World) => world.workspace;
  const ofOrganization = (world: World) => world.organization;
  const user = namedBytes(suite, "eve/user").slice(0, 16);
  const boxKey = namedBytes(suite, "eve/box");
  const newUser = { user, boxKey, profile: "standard", profileHash: boxKey } as const;
  return [
    hidden("a write", ofWorkspace, write(FILE, NO_BASE, "hidden")),
    hidden("a write that is a conflict", ofWorkspace, write(FILE, { version: 9, record: boxKey }, "x")),
    hidden("a role", ofWorkspace, (world) => ({
      kind: "role",
      body: { user: world.carol.user, role: null, ringHash: null },
    })),
    hidden("a rotation", ofWorkspace, (world) => ({
      kind: "rotation",
      body: {
        keyIndex: 1,
        keyCommitment: boxKey,
        rings: [world.alice, world.bob, world.carol].map((person) => ({
          user: person.user,
          ringHash: boxKey,
        })),
      },
    })),
    hidden("a user", ofOrganization, { kind: "user", body: newUser }),
    hidden("a device", ofOrganization, (world) => ({
      kind: "device",
      body: { user: world.bob.user, verifyKey: suite.verifyKeyOf(boxKey), labelHash: boxKey },
    })),
    hidden("a workspace", ofOrganization, { kind: "workspace", body: { workspace: boxKey } }),
    hiddenEpochLeaf(),
  ];
}

function hidden(
  name: string,
  logOf: (world: World) => MemoryLog,
  content: RecordContent | ((world: World) => RecordContent),
): GuiltyCase {
  const world = createWorld();
  const log = logOf(world);
  const draft = world.alice.draft(
    log,
    log === world.organization ? null : world.organization,
    typeof content === "function" ? content(world) : content,
  );
  const signed = world.alice.sign(draft);
  // What an honest server makes of it, in another copy of the world.
  const { changes, outcome } = unwrap(logOf(createWorld()).append(signed));
  return lie(`a map that hides ${name}`, world.organization, log, signed, outcome, changes);
}

function hiddenEpochLeaf(): GuiltyCase {
  const { workspace: log, organization } = createWorld();
  const { workspace: honest } = createWorld();
  honest.appendEpochLeaf();
  const leaf = unwrap(parseLeaf(honest.leaves.at(-1) ?? new Uint8Array(0)));
  const changes = [epochLeafChange(suite, 0, log.size)];
  return lie("a map that hides an epoch leaf", organization, log, leaf, "applied", changes);
}

function lie(
  name: string,
  organization: MemoryLog,
  log: MemoryLog,
  signed: { readonly record: Uint8Array; readonly signature: Uint8Array },
  outcome: Outcome,
  changes: readonly MapChange[],
): GuiltyCase {
  const forged = forge(log, { signed, stamp: { outcome } });
  const { voucher: head, leaf, before } = forged;
  const entries = log.prove(changes.map(({ key }) => key));
  const claim = createMapLie(suite, { head, leaf, before, entries }, changes);
  return { name, log, organization, accused: "instance", claim: need(claim) };
}

/** The first leaf of all, before which there is only the empty map. */
export function firstLeafLie(): GuiltyCase {
  const { organization: log } = createWorld();
  const { record, signature } = unwrap(parseLeaf(log.leaves[0] ?? new Uint8Array(0)));
  const root = new Uint8Array(32);
  const empty = new MemoryLog(suite, log.identity, null, log.instanceSecret);
  const forged = forge(empty, { signed: { record, signature }, stamp: { mapRoot: root } });
  const { changes } = log.applications[0] ?? { changes: [] };
  const entries = empty.prove(changes.map(({ key }) => key));
  const question = { head: forged.voucher, leaf: forged.leaf, before: null, entries };
  const claim = need(createMapLie(suite, question, changes));
  return { name: "a map that hides the first leaf", log, organization: log, accused: "instance", claim };
}
