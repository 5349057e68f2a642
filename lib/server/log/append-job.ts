import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { isAuthorityKind } from "#protocol/log/authority.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { NO_ENTRIES, proveTogether } from "#protocol/log/proven-entries.ts";
import { readResultsHash } from "#protocol/log/read.ts";
import type { Receipt } from "#protocol/log/receipt.ts";
import { parseRecord, type Record, type RecordKind, type SignedRecord } from "#protocol/log/record.ts";
import type { RefusalStatus } from "#protocol/log/refusal.ts";
import type { Store } from "../store/store.ts";
import {
  type Attachments,
  areAttachmentsComplete,
  keepAttachments,
  matchAttachments,
} from "./attachments.ts";
import type { CommittedHeads } from "./committed-heads.ts";
import type { EarlySuite } from "./early-signatures.ts";
import { findActiveDevice } from "./find-device.ts";
import { findDuplicate } from "./find-duplicate.ts";
import type { Group } from "./group.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import type { LogDraft } from "./log-draft.ts";
import type { PastMaps } from "./past-maps.ts";
import { contentBytesOf, fetchReadAnswer, NO_ANSWER, type ReadAnswer, readAgain } from "./read-answer.ts";
import { readResultsOf } from "./read-results.ts";
import { createReceipt, type StampedRecord } from "./receipts.ts";
import { type Refused, refuse, statusOf } from "./refuse.ts";
import type { Job } from "./writer.ts";

export interface Submission extends Attachments {
  readonly log: Bytes;
  readonly signed: SignedRecord;
}

export type AppendAnswer =
  | ({ readonly type: "appended"; readonly receipt: Receipt } & ReadAnswer)
  | Refused
  | { readonly type: "unknownLog" }
  /** Something was sent that the record does not name. */
  | { readonly type: "attachmentUnneeded" };

export interface JobParts {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly signer: InstanceSigner;
  readonly pastMaps: PastMaps;
  readonly earlySuite: EarlySuite;
}

/** Ciphertexts in the answer to one READ: below the reply's cap, with room for the proofs. */
const MAX_READ_CONTENT_BYTES = 48 * 1024 * 1024;

/** Decides one record, appends it with its outcome and answers with a receipt; or refuses it, signed. */
export function createAppendJob(parts: JobParts, submission: Submission): Job<AppendAnswer> {
  const { suite, signer, store, earlySuite } = parts;
  const { log, signed } = submission;
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  const parsed = parseRecord(signed.record);
  const attachments = parsed.ok ? matchAttachments(suite, parsed.value, submission) : undefined;
  let deciding = Promise.resolve(suite);

  return {
    sizeBytes: signed.record.length + submission.contents.reduce((sum, { length }) => sum + length, 0),
    begin: () => {
      if (parsed.ok && attachments) deciding = earlySuite(log, parsed.value, signed);
    },
    decide: async (group) => {
      const suiteNow = await deciding;
      const draft = await group.draft(log);
      if (!draft) return () => ({ type: "unknownLog" });
      const refused = (status: RefusalStatus) => refuse(signer, draft.head, recordHash, status);
      if (!parsed.ok) return refused("malformed");
      if (!attachments) return () => ({ type: "attachmentUnneeded" });
      await group.closeEarlierEpoch(draft);
      const application = await group.apply(draft, signed, { suite: suiteNow });
      if (!application.ok) {
        const duplicate = await findDuplicate(group, draft, recordHash);
        if (!duplicate) return refused(statusOf(application.error));
        const isReadable = await mayAuthorRead(group, draft, duplicate.record);
        return (committed) => answerAgain(parts, log, duplicate, isReadable, committed);
      }
      const { record, outcome } = application.value;
      if (!(await areAttachmentsComplete(group, draft, record, attachments)))
        return refused("contentMissing");
      const isAppliedRead = record.content.kind === "read" && outcome === "applied";
      const opening = isAppliedRead ? attachments.opening : null;
      const read = opening && readResultsOf(suite, draft.entries, opening.items);
      if (read && (await contentBytesOf(group, log, read)) > MAX_READ_CONTENT_BYTES)
        return refused("tooLarge");

      const resultsHash = opening && read ? readResultsHash(suite, opening.nonce, read.results) : null;
      const { stamp, stampBytes } = await group.append(draft, signed, application.value, resultsHash);
      if (outcome === "applied") keepAttachments(group, draft, stamp.index, attachments);
      if (isAnnounced(record.content.kind)) group.announce(draft);
      // Now: later records of the group must not show in this one's proofs.
      const proven = read ? proveTogether(draft.map, draft.entries, read.keys) : NO_ENTRIES;
      return async (committed) => {
        const head = committed.require(log);
        const receipt = createReceipt(head, { record, stamp, stampBytes }, proven);
        const answer = read ? await fetchReadAnswer(store, head, read.results) : NO_ANSWER;
        return { type: "appended", receipt, ...answer };
      };
    },
  };
}

/**
 * A record that is in the log already: the same index and stamp under the newest head, and the same results if the
 * author of a READ may still have them.
 */
async function answerAgain(
  parts: JobParts,
  log: Bytes,
  duplicate: StampedRecord,
  isReadable: boolean,
  committed: CommittedHeads,
): Promise<AppendAnswer> {
  const head = committed.require(log);
  const { index, results } = duplicate.stamp;
  if (results === null || !isReadable)
    return { type: "appended", receipt: createReceipt(head, duplicate), ...NO_ANSWER };
  const { answer, proven } = await readAgain(parts, head, index);
  return { type: "appended", receipt: createReceipt(head, duplicate, proven), ...answer };
}

/** By the newest state that this group knows: who was removed a moment ago reads nothing any more. */
async function mayAuthorRead(group: Group, draft: LogDraft, { device }: Record): Promise<boolean> {
  const organization = await group.organizationOf(draft);
  const author = findActiveDevice(group.suite, organization.entries, device);
  const member = author && readMapEntry(group.suite, draft.entries, { kind: "member", id: author.user });
  return (member?.[0] ?? null) !== null;
}

/** Nobody hears of what others read, or of their acknowledgements. */
function isAnnounced(kind: RecordKind): boolean {
  return (
    isAuthorityKind(kind) || kind === "write" || kind === "name" || kind === "resolve" || kind === "profile"
  );
}
