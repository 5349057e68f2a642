import type { Bytes } from "../../bytes/bytes.ts";
import { toHex } from "../../bytes/text.ts";
import type { CryptoSuite } from "../../crypto/suite.ts";
import { unwrap } from "../../result.ts";
import { logIdOf, recordHashOf, rootIdOf } from "../identifiers.ts";
import { type RecordContent, type Role, signRecord } from "../record.ts";
import { MemoryLog, namedBytes, Person } from "./memory-log.ts";

export interface MemoryWorld {
  readonly suite: CryptoSuite;
  readonly instanceKey: Bytes;
  readonly organization: MemoryLog;
  readonly workspace: MemoryLog;
  readonly alice: Person;
  readonly bob: Person;
}

/** An organization of Alice and Bob, and a workspace in which Alice is owner and Bob contributor. */
export function createMemoryWorld(suite: CryptoSuite): MemoryWorld {
  const instanceSecret = namedBytes(suite, "instance");
  const alice = new Person(suite, "alice");
  const bob = new Person(suite, "bob");
  const organization = createOrganizationLog(suite, instanceSecret, alice);
  register(suite, organization, alice, bob);
  const workspace = createWorkspaceLog(suite, instanceSecret, organization, alice);
  alice.act(workspace, organization, roleOf(bob, "contributor"));
  return { suite, instanceKey: suite.verifyKeyOf(instanceSecret), organization, workspace, alice, bob };
}

/** One more user with a device, who is nowhere a member. */
export function addStranger({ suite, organization, alice }: MemoryWorld, name: string): Person {
  const stranger = new Person(suite, name);
  register(suite, organization, alice, stranger);
  return stranger;
}

export function roleOf({ user }: Person, role: Role | null): RecordContent {
  return { kind: "role", body: { user, role, ringHash: role === null ? null : HASH } };
}

function register(suite: CryptoSuite, organization: MemoryLog, administrator: Person, person: Person): void {
  const { user, deviceSecret } = person;
  const boxKey = namedBytes(suite, `${toHex(user)}/box`);
  const verifyKey = suite.verifyKeyOf(deviceSecret);
  const contents: readonly RecordContent[] = [
    { kind: "user", body: { user, boxKey, profile: "standard", profileHash: HASH } },
    { kind: "device", body: { user, verifyKey, labelHash: HASH } },
  ];
  for (const content of contents) administrator.act(organization, null, content);
}

function createOrganizationLog(suite: CryptoSuite, instanceSecret: Bytes, alice: Person): MemoryLog {
  const rootSecret = namedBytes(suite, "root");
  const rootKey = suite.verifyKeyOf(rootSecret);
  const contents = [
    { kind: "organizationGenesis", body: { rootKey, deployment: HASH, nameHash: HASH } },
    {
      kind: "user",
      body: {
        user: alice.user,
        boxKey: namedBytes(suite, "alice/box"),
        profile: "administrator",
        profileHash: HASH,
      },
    },
    {
      kind: "device",
      body: { user: alice.user, verifyKey: suite.verifyKeyOf(alice.deviceSecret), labelHash: HASH },
    },
  ] as const;
  let log: MemoryLog | undefined;
  let prev: Bytes = new Uint8Array(32);
  for (const [seq, content] of contents.entries()) {
    const signed = signRecord(
      suite,
      {
        v: 1,
        log: log ? log.identity.id : new Uint8Array(32),
        device: rootIdOf(suite, rootKey),
        incarnation: new Uint8Array(16),
        seq,
        prev,
        seenSize: 0,
        seenRoot: new Uint8Array(32),
        seenOrganization: [0, new Uint8Array(32)],
        sealedEpoch: -1,
        sealedHash: new Uint8Array(32),
        clientTime: 1,
        content,
      },
      rootSecret,
    );
    const id = logIdOf(suite, signed.record, signed.signature);
    log ??= new MemoryLog(suite, { id, kind: "organization", organization: id }, null, instanceSecret);
    unwrap(log.append(signed));
    prev = recordHashOf(suite, signed.record, signed.signature);
  }
  if (!log) throw new Error("an organization starts with three records");
  return log;
}

function createWorkspaceLog(
  suite: CryptoSuite,
  instanceSecret: Bytes,
  organization: MemoryLog,
  owner: Person,
): MemoryLog {
  const identity = {
    id: new Uint8Array(32),
    kind: "workspace",
    organization: organization.identity.id,
  } as const;
  const draftLog = new MemoryLog(suite, identity, organization, instanceSecret);
  const record = owner.draft(draftLog, organization, {
    kind: "workspaceGenesis",
    body: {
      organization: organization.identity.id,
      owner: owner.user,
      nonce: namedBytes(suite, "nonce").slice(0, 16),
      keyCommitment: HASH,
      ringHash: HASH,
    },
  });
  const signed = owner.sign(record);
  const id = logIdOf(suite, signed.record, signed.signature);
  owner.act(organization, null, { kind: "workspace", body: { workspace: id } });
  const log = new MemoryLog(suite, { ...identity, id }, organization, instanceSecret);
  owner.submit(log, signed);
  return log;
}

const HASH: Bytes = new Uint8Array(32).fill(7);
