import type { RecordFault } from "#protocol/log/apply-record.ts";
import type { Head } from "#protocol/log/head.ts";
import type { Record, SignedRecord } from "#protocol/log/record.ts";
import type { RefusalStatus } from "#protocol/log/refusal.ts";
import { namedBytes, Person } from "#protocol/log/testing/memory-log.ts";
import { type ReadExchange, readNewest } from "#protocol/log/testing/memory-read.ts";
import type { PrefixMap } from "#protocol/prefix-map/prefix-map.ts";
import {
  type Base,
  createWorld,
  epochTree,
  HASH,
  headOf,
  instanceSecret,
  NO_BASE,
  suite,
  type World,
  write,
} from "./evidence-world.ts";
import { pick, type Random } from "./mutate.ts";

/** What an honest server did: all kinds of outcomes, refusals of bad records, seals. */
export interface History {
  readonly world: World;
  readonly reads: readonly ReadExchange[];
  /** Refused for good reason; with the head on which that was decided. */
  readonly refused: readonly Refused[];
  readonly epochs: readonly Sealed[];
}

interface Refused {
  readonly author: Person;
  readonly signed: SignedRecord;
  readonly status: RefusalStatus;
  readonly size: number;
}

interface Sealed {
  readonly tree: PrefixMap;
  readonly workspace: Head;
  readonly organization: Head;
}

const MANIFESTS = ["a", "b"].map((name) => namedBytes(suite, name).slice(0, 16));

export function createHistory(random: Random, steps: number): History {
  const world = createWorld();
  const { workspace: log, organization, alice, bob, carol, dave } = world;
  const reads: ReadExchange[] = [];
  const refused: Refused[] = [];
  const epochs: Sealed[] = [];
  const newest = new Map<string, Base>();

  const seal = () => {
    organization.appendEpochLeaf();
    log.appendEpochLeaf();
    const heads = [headOf(log), headOf(organization)] as const;
    epochs.push({ tree: epochTree(heads), workspace: heads[0], organization: heads[1] });
    organization.epoch += 1;
    log.epoch += 1;
  };
  const writeSomething = () => {
    const manifest = pick(random, MANIFESTS);
    const base = newest.get(manifest.join()) ?? NO_BASE;
    const author = pick(random, [alice, bob, carol]);
    const wrongBase = { version: base.version + 1, record: HASH };
    const { application } = author.act(
      log,
      organization,
      write(manifest, pick(random, [base, base, wrongBase]), `text ${log.size}`),
    );
    if (application.outcome !== "applied") return;
    newest.set(manifest.join(), { version: base.version + 1, record: application.recordHash });
  };
  const refuseSomething = () => {
    const mallory = new Person(suite, "mallory");
    const author = pick(random, [alice, bob, dave, mallory]);
    const faults: Partial<Record>[] = [
      { seq: 77 },
      { prev: HASH },
      { seenRoot: HASH },
      { seenSize: log.size + 3 },
      { seenOrganization: [organization.size, HASH] },
      { log: HASH },
      ...(author === alice ? [{ seenSize: 1, seenRoot: log.tree.root(1) }] : []),
    ];
    const fault = author === mallory ? {} : pick(random, faults);
    const honest = author.sign(author.draft(log, organization, { kind: "ack", body: {} }, fault));
    const broken = honest.signature.with(3, (honest.signature[3] ?? 0) ^ 1);
    const signed = random(4) === 0 ? { ...honest, signature: broken } : honest;
    const result = log.append(signed);
    if (result.ok) throw new Error("a faulty record was appended");
    refused.push({ author, signed, status: STATUS[result.error.type], size: log.size });
  };
  const actions = [
    writeSomething,
    writeSomething,
    writeSomething,
    refuseSomething,
    refuseSomething,
    () => void bob.act(log, organization, { kind: "ack", body: {} }),
    () =>
      void reads.push(
        readNewest(
          { suite, instanceKey: suite.verifyKeyOf(instanceSecret), ...world },
          bob,
          MANIFESTS,
          () => null,
        ),
      ),
    () =>
      void alice.act(organization, null, {
        kind: "user",
        body: {
          user: namedBytes(suite, `user ${organization.size}`).slice(0, 16),
          boxKey: namedBytes(suite, "box"),
          profile: "standard",
          profileHash: HASH,
        },
      }),
    () =>
      void alice.act(log, organization, {
        kind: "role",
        body: { user: dave.user, role: pick(random, ["reader", "contributor"] as const), ringHash: HASH },
      }),
    seal,
  ];
  for (let step = 0; step < steps; step++) pick(random, actions)();
  return { world, reads, refused, epochs };
}

const STATUS: Readonly<{ [F in RecordFault["type"]]: RefusalStatus }> = {
  Malformed: "malformed",
  ForeignLog: "foreignLog",
  BadSignature: "badSignature",
  UnknownOrRevoked: "unknownOrRevoked",
  NotMember: "notMember",
  OutOfStep: "outOfStep",
  SeenNotPrefix: "seenNotPrefix",
  SealedNotTrue: "sealedNotTrue",
};
