import { signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { Claim, InvalidLeafReason, Voucher } from "#protocol/evidence/evidence.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { type MapEntryName, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { epochLeafChange } from "#protocol/log/replay.ts";
import type { MemoryLog } from "#protocol/log/testing/memory-log.ts";
import { unwrap } from "#protocol/result.ts";
import {
  type AnchoredLedger,
  entriesOf,
  headOf,
  instanceSecret,
  leafOf,
  noteOf,
  registrationOf,
  type Subject,
  slotOf,
  slotVoucher,
  suite,
} from "./evidence-world.ts";
import type { History } from "./honest-history.ts";
import { refusalClaim } from "./lies-about-refusals.ts";
import type { Random } from "./mutate.ts";

export type HonestClaim = Subject & { readonly name: string };

export const REASONS = [
  "notCanonical",
  "badSignature",
  "foreignLog",
  "outOfStep",
  "seenNotTrue",
  "outcomeWrong",
  "expiredApplied",
  "unauthorised",
  "stampNotMonotone",
  "indexWrong",
] as const satisfies readonly InvalidLeafReason[];

/** Every accusation for which honest statements can be made to stand, in the best form an accuser could give it. */
export function honestClaims(history: History, ledger: AnchoredLedger, random: Random): HonestClaim[] {
  const { workspace, organization } = history.world;
  return [workspace, organization]
    .flatMap((log) => [
      ...aboutHeads(history, log, random),
      ...aboutLeaf(history, log, random(log.size)),
      ...aboutLeaf(history, log, log.size - 1),
    ])
    .concat(aboutReads(history), aboutSeals(history, ledger), aboutRefusals(history));
}

function aboutHeads({ world, epochs }: History, log: MemoryLog, random: Random): HonestClaim[] {
  const { organization } = world;
  const size = 1 + random(log.size);
  const a = noteOf(log, size);
  const b = noteOf(log);
  const index = random(size);
  const claim = (
    divergence: Extract<Claim, { kind: "contradiction" }>["body"]["divergence"],
    other: Voucher = b,
  ) => ({ kind: "contradiction", body: { a, b: other, divergence } }) as const;
  const leaves = {
    kind: "leaves",
    body: { a: leafOf(log, index, size), b: leafOf(log, index) },
  } as const;
  const last = leafOf(log, log.size - 1);
  const seen: Voucher = { kind: "seen", body: { leaf: last } };
  const lastRecord = parseRecord(unwrap(parseLeaf(last.leaf)).record);
  const seenSize = lastRecord.ok ? lastRecord.value.seenSize : 0;
  const common = { log, organization, withGenesis: true };
  const sealed = epochs.map((epoch, number) => {
    const head = log === organization ? epoch.organization : epoch.workspace;
    const beyondSeal = { kind: "beyondSeal", body: { leaf: leafOf(log, index, size) } } as const;
    return { ...common, name: "beyondSeal", claim: claim(beyondSeal, slotVoucher(epoch.tree, number, head)) };
  });
  return [
    { ...common, name: "prefix", claim: claim(prefixAt(log, size)) },
    { ...common, name: "leaves", claim: claim(leaves) },
    ...(seenSize > 0
      ? [
          {
            ...common,
            name: "seen",
            claim: { kind: "contradiction", body: { a: seen, b, divergence: prefixAt(log, seenSize) } },
          } as const,
        ]
      : []),
    ...sealed,
  ];
}

function prefixAt(log: MemoryLog, size: number) {
  const path = size === log.size ? [] : log.tree.consistencyPath(size, log.size);
  return { kind: "prefix", body: { prefixRoot: log.tree.root(size), path } } as const;
}

function aboutLeaf({ world }: History, log: MemoryLog, index: number): HonestClaim[] {
  const { organization } = world;
  const leaf = leafOf(log, index);
  const signed = unwrap(parseLeaf(leaf.leaf));
  const parsed = parseRecord(signed.record);
  const record = parsed.ok ? parsed.value : undefined;
  const device = record?.device ?? new Uint8Array(16);
  const organizationSize = log.stampAt(index).organizationSize;
  const user = readMapEntry(suite, organization.entriesAt(organizationSize), {
    kind: "registeredDevice",
    id: device,
  })?.[0];
  const items = record?.content.kind === "write" ? record.content.body.items : [];
  const names: MapEntryName[] = [
    { kind: "device", id: device },
    { kind: "member", id: user ?? new Uint8Array(16) },
    { kind: "key" },
    { kind: "authority" },
    ...items.flatMap(({ manifest: id, baseVersion: version }): MapEntryName[] => [
      { kind: "manifest", id },
      { kind: "manifestVersion", id, version },
    ]),
  ];
  const changes = log.applications[index]?.changes ?? [
    epochLeafChange(suite, log.stampAt(index).epoch, index),
  ];
  const keys = new Map(
    [...names.map((name) => mapKeyOf(suite, name)), ...changes.map(({ key }) => key)].map((key) => [
      key.join(),
      key,
    ]),
  );
  const question = {
    head: noteOf(log),
    leaf,
    before: index > 0 ? leafOf(log, index - 1) : null,
    entries: log.prove([...keys.values()], index),
  };
  const seenSize = record?.seenSize ?? 0;
  const common = { log, organization, withGenesis: true };
  const registration = organizationSize > 0 ? registrationOf(organization, device, organizationSize) : null;
  const prefix =
    seenSize > 0
      ? { prefixRoot: log.tree.root(seenSize), path: log.tree.consistencyPath(seenSize, log.size) }
      : null;
  return [
    { ...common, name: "mapLie", claim: { kind: "mapLie", body: question } },
    ...REASONS.map(
      (reason): HonestClaim => ({
        ...common,
        name: reason,
        claim: { kind: "invalidLeaf", body: { question, reason, organization: registration, prefix } },
      }),
    ),
  ];
}

function aboutReads({ world, reads }: History): HonestClaim[] {
  const { workspace: log, organization } = world;
  return reads.flatMap(({ opening, answer, receipt }) =>
    opening.items.flatMap(({ manifest }, item): HonestClaim[] => {
      const version = (answer.results[item]?.version ?? 0) + 1;
      const [entry] = entriesOf(log, log.size, [{ kind: "manifestVersion", id: manifest, version }]);
      if (!entry) return [];
      const body = {
        head: noteOf(log),
        read: leafOf(log, receipt.stamp.index),
        opening,
        results: answer.results,
        item,
        later: leafOf(log, log.size - 1),
        entry,
      };
      return [{ name: "staleRead", log, organization, claim: { kind: "staleRead", body } }];
    }),
  );
}

function aboutSeals({ world, epochs }: History, ledger: AnchoredLedger): HonestClaim[] {
  const { workspace: log, organization } = world;
  const [first] = epochs;
  const last = epochs.at(-1);
  if (!first || !last) return [];
  const number = epochs.length - 1;
  const record = ledger.records[number] ?? new Uint8Array(0);
  const key = suite.verifyKeyOf(instanceSecret);
  const signed = { record, key, signature: signEpochRecord(suite, record, instanceSecret) };
  const later = { epoch: number, proof: slotOf(last.tree, number, headOf(log)).proof };
  const earlier = slotOf(first.tree, 0, first.workspace);
  return [
    { name: "missingSlot", log, organization, claim: { kind: "missingSlot", body: { earlier, later } } },
    {
      name: "twoEpochRecords",
      organization,
      claim: { kind: "twoEpochRecords", body: { a: signed, b: null } },
    },
    {
      name: "twoEpochRecords",
      organization,
      claim: { kind: "twoEpochRecords", body: { a: signed, b: signed } },
    },
    {
      name: "overdueEpoch",
      organization,
      claim: { kind: "overdueEpoch", body: { epoch: epochs.length, graceMs: 0 } },
    },
  ];
}

function aboutRefusals({ world, refused }: History): HonestClaim[] {
  const { workspace: log, organization } = world;
  return refused.flatMap(({ author, signed, status, size }): HonestClaim[] => {
    const claim = refusalClaim(world, signed, status, { author, size });
    return claim ? [{ name: `refusal: ${status}`, log, organization, withGenesis: true, claim }] : [];
  });
}
