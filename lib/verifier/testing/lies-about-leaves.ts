import { createInvalidLeaf, type InvalidLeafGround } from "#protocol/evidence/create-invalid-leaf.ts";
import type { Stamp } from "#protocol/log/leaf.ts";
import type { MapEntryName } from "#protocol/log/map-entry.ts";
import type { Record, RecordContent } from "#protocol/log/record.ts";
import { namedBytes, Person } from "#protocol/log/testing/memory-log.ts";
import {
  type Base,
  createWorld,
  FILE,
  forge,
  HASH,
  NO_BASE,
  registrationOf,
  suite,
  type World,
  write,
} from "./evidence-world.ts";
import type { GuiltyCase } from "./guilty-case.ts";
import { ACK } from "./lies-about-heads.ts";

type Forged = ReturnType<typeof forge>;

/** A leaf that the server should never have appended, in a workspace where the file has one version. */
function invalid(
  name: string,
  options: {
    readonly author?: (world: World) => Person;
    readonly content?: RecordContent | ((world: World, base: Base) => RecordContent);
    readonly draft?: (world: World) => Partial<Record>;
    readonly stamp?: Partial<Stamp>;
    readonly bytes?: Uint8Array;
    readonly breakSignature?: boolean;
    readonly withGenesis?: boolean;
  },
  groundOf: (forged: Forged, world: World, author: Person) => InvalidLeafGround,
): GuiltyCase {
  const world = createWorld();
  const { workspace: log, organization, alice } = world;
  const { application } = alice.act(log, organization, write(FILE, NO_BASE, "one"));
  const author = options.author?.(world) ?? alice;
  const base = { version: 1, record: application.recordHash };
  const { content = ACK } = options;
  const record = author.draft(
    log,
    organization,
    typeof content === "function" ? content(world, base) : content,
    options.draft?.(world),
  );
  const signed = author.sign(record);
  const signature = signed.signature.with(0, (signed.signature[0] ?? 0) ^ 1);
  const forged = forge(log, {
    signed: options.breakSignature === true ? { ...signed, signature } : signed,
    ...(options.stamp ? { stamp: options.stamp } : {}),
    ...(options.bytes ? { bytes: options.bytes } : {}),
  });
  return {
    name: `invalid leaf: ${name}`,
    log,
    organization,
    accused: "instance",
    withGenesis: options.withGenesis ?? false,
    claim: createInvalidLeaf(forged.voucher, forged.leaf, groundOf(forged, world, author)),
  };
}

/** The map before the leaf, as far as a write of the file or a member's record depends on it. */
function mapBefore({ before, entries }: Forged, names: readonly MapEntryName[]) {
  return { before, entries: entries(names) };
}

const FILE_ENTRIES: readonly MapEntryName[] = [
  { kind: "manifest", id: FILE },
  { kind: "manifestVersion", id: FILE, version: 1 },
  { kind: "key" },
];

export function invalidLeaves(): GuiltyCase[] {
  return [...misshapen(), ...unsteady(), ...misjudged(), ...unauthorised()];
}

function misshapen(): GuiltyCase[] {
  const notCanonical = () => ({ reason: "notCanonical" }) as const;
  const twice: RecordContent = {
    kind: "write",
    body: { items: [], guards: [] },
  };
  return [
    invalid("no leaf at all", { bytes: Uint8Array.of(0x83, 0x40, 0x40) }, notCanonical),
    invalid("results of something else than a read", { stamp: { results: HASH } }, notCanonical),
    invalid("a write of nothing", { content: twice }, notCanonical),
    invalid("a signature that is none", { breakSignature: true }, (_, { organization }, author) => ({
      reason: "badSignature",
      organization: registrationOf(organization, author.device),
    })),
    invalid("of another log", { draft: () => ({ log: HASH }) }, () => ({ reason: "foreignLog" })),
    invalid("at another index", { stamp: { index: 99 } }, () => ({ reason: "indexWrong" })),
    invalid("stamped before its predecessor", { stamp: { serverTime: 1 } }, ({ before }) => ({
      reason: "stampNotMonotone",
      before,
    })),
  ];
}

function unsteady(): GuiltyCase[] {
  const outOfStep = (forged: Forged, _: World, author: Person) => ({
    reason: "outOfStep" as const,
    organization: null,
    ...mapBefore(forged, [{ kind: "device", id: author.device }]),
  });
  return [
    invalid("applied twice", { draft: () => ({ seq: 0, prev: new Uint8Array(32) }) }, outOfStep),
    invalid(
      "unaware of its author's last record",
      { withGenesis: true, draft: ({ workspace }) => ({ seenSize: 1, seenRoot: workspace.tree.root(1) }) },
      outOfStep,
    ),
    invalid(
      "seen what never was",
      { draft: ({ workspace }) => ({ seenSize: workspace.size, seenRoot: HASH }) },
      ({ tree }, { workspace: { size } }) => ({
        reason: "seenNotTrue",
        prefix: { prefixRoot: tree.root(size), path: tree.consistencyPath(size, tree.size) },
      }),
    ),
    invalid("seen the future", { draft: () => ({ seenSize: 99, seenRoot: HASH }) }, () => ({
      reason: "seenNotTrue",
      prefix: null,
    })),
  ];
}

function misjudged(): GuiltyCase[] {
  const outcomeWrong = (forged: Forged) => ({
    reason: "outcomeWrong" as const,
    ...mapBefore(forged, FILE_ENTRIES),
  });
  const expired = () => ({ reason: "expiredApplied" }) as const;
  return [
    invalid("a conflict applied", { content: write(FILE, NO_BASE, "other") }, outcomeWrong),
    invalid(
      "a base that was another record",
      { content: write(FILE, { version: 1, record: HASH }, "other") },
      outcomeWrong,
    ),
    invalid(
      "a conflict that is none",
      { content: (_, base) => write(FILE, base, "two"), stamp: { outcome: "conflict" } },
      outcomeWrong,
    ),
    invalid("held back and applied", { stamp: { epoch: 7 } }, expired),
    invalid("expired in time", { stamp: { outcome: "expired" } }, expired),
  ];
}

function unauthorised(): GuiltyCase[] {
  const ground =
    (names: (author: Person) => readonly MapEntryName[]) =>
    (forged: Forged, { organization, workspace }: World, author: Person) => ({
      reason: "unauthorised" as const,
      ...mapBefore(forged, names(author)),
      organization: registrationOf(organization, author.device, workspace.stamps.at(-1)?.organizationSize),
    });
  const withMember = ground(({ user }) => [{ kind: "member", id: user }]);
  const mallory = new Person(suite, "mallory");
  const name: RecordContent = {
    kind: "name",
    body: { keyIndex: 0, ciphertext: namedBytes(suite, "name") },
  };
  return [
    invalid(
      "of an unknown device",
      { author: () => mallory, withGenesis: true },
      ground(() => []),
    ),
    invalid("of no member", { author: ({ dave }) => dave, withGenesis: true }, withMember),
    invalid(
      "a reader's write",
      { author: ({ carol }) => carol, content: write(HASH.slice(0, 16), NO_BASE, "x"), withGenesis: true },
      withMember,
    ),
    invalid(
      "a name by a contributor",
      { author: ({ bob }) => bob, content: name, withGenesis: true },
      withMember,
    ),
  ];
}
