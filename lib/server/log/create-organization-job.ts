import type { Bytes } from "#protocol/bytes/bytes.ts";
import { logIdOf, recordHashOf } from "#protocol/log/identifiers.ts";
import type { Receipt } from "#protocol/log/receipt.ts";
import { parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import type { JobParts } from "./append-job.ts";
import { type Attachments, keepAttachments, matchAttachments, NO_ATTACHMENTS } from "./attachments.ts";
import { findDuplicate } from "./find-duplicate.ts";
import type { Group } from "./group.ts";
import type { LogDraft } from "./log-draft.ts";
import { createReceipt, type StampedRecord } from "./receipts.ts";
import type { Job } from "./writer.ts";

export interface NewOrganization {
  /** Genesis, first user, first device. */
  readonly records: readonly SignedRecord[];
  readonly profiles: Attachments["profiles"];
}

export type CreateOrganizationAnswer =
  | { readonly type: "created"; readonly log: Bytes; readonly receipts: readonly Receipt[] }
  | { readonly type: "recordsInvalid" };

const RECORDS = 3;

/** Leaves 0, 1, 2 of a new organization's log, all applied or none appended. */
export function createOrganizationJob(
  { suite }: JobParts,
  { records, profiles }: NewOrganization,
): Job<CreateOrganizationAnswer> {
  const invalid = () => ({ type: "recordsInvalid" }) as const;
  return {
    sizeBytes: records.reduce((sum, { record }) => sum + record.length, 0),
    decide: async (group) => {
      const [genesis] = records;
      if (!genesis || records.length !== RECORDS) return invalid;
      const id = logIdOf(suite, genesis.record, genesis.signature);
      const existing = await group.draft(id);
      const draft = existing ?? group.create({ id, kind: "organization", organization: id });
      const stamped = existing
        ? await findAll(group, existing, records)
        : await appendAll(group, draft, records, profiles);
      if (!stamped) {
        if (!existing) group.abandon(draft);
        return invalid;
      }
      return (committed) => {
        const head = committed.require(id);
        return { type: "created", log: id, receipts: stamped.map((record) => createReceipt(head, record)) };
      };
    },
  };
}

async function findAll(
  group: Group,
  draft: LogDraft,
  records: readonly SignedRecord[],
): Promise<StampedRecord[] | undefined> {
  const found: StampedRecord[] = [];
  for (const { record, signature } of records) {
    const duplicate = await findDuplicate(group, draft, recordHashOf(group.suite, record, signature));
    if (!duplicate) return undefined;
    found.push(duplicate);
  }
  return found;
}

async function appendAll(
  group: Group,
  draft: LogDraft,
  records: readonly SignedRecord[],
  profiles: Attachments["profiles"],
): Promise<StampedRecord[] | undefined> {
  const stamped: StampedRecord[] = [];
  const named: Attachments["profiles"][number][] = [];
  for (const signed of records) {
    const application = await group.apply(draft, signed);
    if (!application.ok || application.value.outcome !== "applied") return undefined;
    const { record } = application.value;
    const own = profiles.filter((profile) =>
      matchAttachments(group.suite, record, { ...NO_ATTACHMENTS, profiles: [profile] }),
    );
    named.push(...own);
    stamped.push({ record, ...(await group.append(draft, signed, application.value)) });
  }
  if (profiles.some((profile) => !named.includes(profile))) return undefined;
  keepAttachments(group, draft, 0, { ...NO_ATTACHMENTS, contents: [], rings: [], profiles: named });
  group.announce(draft);
  return stamped;
}

/** What the genesis says, before anything is decided; undefined when it is none. */
export function parseOrganizationGenesis(
  records: readonly SignedRecord[],
): { readonly deployment: Bytes } | undefined {
  const parsed = records[0] && parseRecord(records[0].record);
  if (parsed?.ok !== true || parsed.value.content.kind !== "organizationGenesis") return undefined;
  return { deployment: parsed.value.content.body.deployment };
}
