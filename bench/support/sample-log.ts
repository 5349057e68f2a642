import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { LogReplay } from "#protocol/log/replay.ts";
import { createWrite, namedBytes, Person, sealedHash } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld, type MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { unwrap } from "#protocol/result.ts";

/** Of ten operations of a device so many are writes, the others reads. */
export const WRITES_OF_TEN = 7;
const WRITES_OF_A_MANIFEST = 4;
const MEMBERS = 32;
const EPOCH_LEAVES = 1000;

export interface SampleLog extends MemoryWorld {
  /** Leaves of the organization's log and of the workspace's, as a server hands them out. */
  readonly organizationLeaves: readonly Bytes[];
  readonly leaves: readonly Bytes[];
}

/**
 * A workspace's log in which every leaf is what it says: 32 members take turns to write and to read, each record
 * signed, decided and stamped by the core, an epoch leaf after every thousand. It replays without a fault.
 */
export function createSampleLog(suite: CryptoSuite, size: number): SampleLog {
  const world = createMemoryWorld(suite);
  const { organization, workspace, alice } = world;
  const members = addMembers(suite, world);
  let written = 0;
  let base = { version: 0, record: new Uint8Array(32) as Bytes };
  for (let turn = 0; workspace.size < size; turn++) {
    const member = members[turn % members.length] ?? alice;
    if (turn % EPOCH_LEAVES === EPOCH_LEAVES - 1) {
      workspace.appendEpochLeaf();
      workspace.epoch += 1;
    } else if (turn % 10 < WRITES_OF_TEN) {
      const manifest = namedBytes(suite, `manifest ${Math.floor(written / WRITES_OF_A_MANIFEST)}`).slice(
        0,
        16,
      );
      if (written % WRITES_OF_A_MANIFEST === 0) base = { version: 0, record: new Uint8Array(32) };
      const { application } = member.act(
        workspace,
        organization,
        createWrite(suite, manifest, base, `content ${written}`),
      );
      if (application.outcome !== "applied") throw new Error("a write of the sample had no effect");
      base = { version: base.version + 1, record: application.recordHash };
      written += 1;
    } else {
      const request = namedBytes(suite, `request ${turn}`);
      const results = namedBytes(suite, `results ${turn}`);
      member.act(workspace, organization, { kind: "read", body: { count: 1, request } }, results);
    }
  }
  return { ...world, organizationLeaves: organization.leaves, leaves: workspace.leaves };
}

/** Ready to replay the workspace's leaves: the organization's log is replayed already. */
export function createSampleReplay(
  suite: CryptoSuite,
  identities: { readonly organization: Bytes; readonly workspace: Bytes },
  organizationLeaves: readonly Bytes[],
): LogReplay {
  const sources = {
    sealedHashAt: (epoch: number) => sealedHash(suite, epoch),
    isInstanceRegistered: () => true,
  };
  const organization = new LogReplay(
    suite,
    { id: identities.organization, kind: "organization", organization: identities.organization },
    { ...sources, organization: null },
  );
  for (const leaf of organizationLeaves) unwrap(organization.append(leaf));
  return new LogReplay(
    suite,
    { id: identities.workspace, kind: "workspace", organization: identities.organization },
    { ...sources, organization },
  );
}

function addMembers(suite: CryptoSuite, { organization, workspace, alice, bob }: MemoryWorld): Person[] {
  const members = [alice, bob];
  while (members.length < MEMBERS) {
    const name = `member ${members.length}`;
    const member = new Person(suite, name);
    const { user } = member;
    const hashOf = (what: string) => namedBytes(suite, `${name}/${what}`);
    const verifyKey = suite.verifyKeyOf(member.deviceSecret);
    alice.act(organization, null, {
      kind: "user",
      body: { user, boxKey: hashOf("box"), profile: "standard", profileHash: hashOf("profile") },
    });
    alice.act(organization, null, { kind: "device", body: { user, verifyKey, labelHash: hashOf("label") } });
    alice.act(workspace, organization, {
      kind: "role",
      body: { user, role: "contributor", ringHash: hashOf("ring") },
    });
    members.push(member);
  }
  return members;
}
