import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { Receipt } from "#protocol/log/receipt.ts";
import { parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import type { RefusalStatus } from "#protocol/log/refusal.ts";
import type { JobParts } from "./append-job.ts";
import { type Attachments, keepAttachments, matchAttachments, NO_ATTACHMENTS } from "./attachments.ts";
import type { CommittedHeads } from "./committed-heads.ts";
import { findDuplicate } from "./find-duplicate.ts";
import { createReceipt, type StampedRecord } from "./receipts.ts";
import { type Refused, refuse, statusOf } from "./refuse.ts";
import type { Job } from "./writer.ts";

export interface NewWorkspace {
  readonly organization: Bytes;
  readonly workspace: Bytes;
  /** Lists the workspace in the organization's log. */
  readonly organizationRecord: SignedRecord;
  readonly genesis: SignedRecord;
  readonly rings: Attachments["rings"];
}

export type CreateWorkspaceAnswer =
  | { readonly type: "created"; readonly organizationReceipt: Receipt; readonly receipt: Receipt }
  | Refused
  | { readonly type: "unknownLog" }
  | { readonly type: "attachmentUnneeded" };

/** A workspace is born in both logs in one transaction; half of it is refused as `notApplicable`. */
export function createWorkspaceJob(parts: JobParts, wanted: NewWorkspace): Job<CreateWorkspaceAnswer> {
  const { suite, signer } = parts;
  const { organization: organizationId, workspace: workspaceId, organizationRecord, genesis, rings } = wanted;
  const listingHash = recordHashOf(suite, organizationRecord.record, organizationRecord.signature);
  const genesisHash = recordHashOf(suite, genesis.record, genesis.signature);
  const unborn = { log: workspaceId, size: 0, root: new Uint8Array(32) };
  const refuseGenesis = (status: RefusalStatus) => refuse(signer, unborn, genesisHash, status);

  return {
    sizeBytes: organizationRecord.record.length + genesis.record.length,
    decide: async (group) => {
      const organization = await group.draft(organizationId);
      if (organization?.live.identity.kind !== "organization") return () => ({ type: "unknownLog" });
      const refuseListing = (status: RefusalStatus) => refuse(signer, organization.head, listingHash, status);
      const existing = await group.draft(workspaceId);
      if (existing) {
        const listed = await findDuplicate(group, organization, listingHash);
        const born = await findDuplicate(group, existing, genesisHash);
        return listed && born ? created(wanted, listed, born) : refuseListing("notApplicable");
      }
      await group.closeEarlierEpoch(organization);
      const listing = await group.apply(organization, organizationRecord);
      if (!listing.ok) return refuseListing(statusOf(listing.error));
      const { content } = listing.value.record;
      const listsIt = content.kind === "workspace" && equalBytes(content.body.workspace, workspaceId);
      if (!listsIt || listing.value.outcome !== "applied") return refuseListing("notApplicable");

      const parsed = parseRecord(genesis.record);
      const attachments = parsed.ok && matchAttachments(suite, parsed.value, { ...NO_ATTACHMENTS, rings });
      if (attachments === undefined) return () => ({ type: "attachmentUnneeded" });
      if (attachments === false) return refuseGenesis("malformed");
      if (attachments.rings.length === 0) return refuseGenesis("contentMissing");
      const draft = group.create({ id: workspaceId, kind: "workspace", organization: organizationId });
      // Decided before anything is appended. The listing changes no entry that says who may sign, so the state
      // before it authorises as the one after it does.
      const birth = await group.apply(draft, genesis, { organizationSize: organization.tail.size + 1 });
      if (!birth.ok || birth.value.outcome !== "applied") {
        group.abandon(draft);
        return refuseGenesis(birth.ok ? "notApplicable" : statusOf(birth.error));
      }
      const listed = await group.append(organization, organizationRecord, listing.value);
      const born = await group.append(draft, genesis, birth.value);
      keepAttachments(group, draft, born.index, attachments);
      group.announce(organization);
      group.announce(draft);
      return created(
        wanted,
        { record: listing.value.record, ...listed },
        { record: birth.value.record, ...born },
      );
    },
  };
}

function created(
  { organization, workspace }: NewWorkspace,
  listed: StampedRecord,
  born: StampedRecord,
): (committed: CommittedHeads) => CreateWorkspaceAnswer {
  return (committed) => ({
    type: "created",
    organizationReceipt: createReceipt(committed.require(organization), listed),
    receipt: createReceipt(committed.require(workspace), born),
  });
}
