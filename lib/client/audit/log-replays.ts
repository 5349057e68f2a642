import { type Bytes, concatBytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { isActiveAt } from "#protocol/checkpoint/ledger-state.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { instanceIdOf } from "#protocol/log/identifiers.ts";
import { MAX_LEAF_BYTES, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { type InvalidLeaf, LogReplay, type ReplayedLeaf } from "#protocol/log/replay.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { MAX_LEAVES_PER_REQUEST, readLeaves } from "#protocol/wire/log-reading.ts";
import type { AuditHost } from "../engine-parts.ts";
import { type Unanswered, unansweredOf } from "./audit-context.ts";

/** What a device spends on the replay of one log: about 150,000 files' versions, or far more reads. */
export const MAX_REPLAY_BYTES = 192 * 1024 * 1024;

/** About, as measured in Node: a leaf's hash and its share of the tree; an entry with its value and its path. */
export function memoryOf({ size, entryCount }: LogReplay): number {
  return 64 * size + 1_200 * entryCount;
}

/** About 10 ms of work. */
export const LEAVES_PER_SLICE = 100;

/** A replay together with what its leaves need to know of the ledger. */
export interface PreparedReplay {
  readonly replay: LogReplay;
  /** One more leaf; what its record says of the ledger is looked up first. */
  readonly append: (leaf: Bytes) => Promise<Result<ReplayedLeaf, InvalidLeaf | Unanswered | NotYet>>;
}

/** The leaf rests on more of the organization's log than this device has replayed. */
interface NotYet {
  readonly type: "OrganizationBehind";
}

export function createReplay(host: AuditHost, log: Bytes): PreparedReplay {
  const { suite, ledger, identity } = host;
  const { organization } = identity;
  const isOrganization = equalBytes(log, organization);
  const sealedHashes = new Map<number, Bytes>();
  const source = isOrganization ? null : host.organizationLog.replay;
  const replay = new LogReplay(
    suite,
    { id: log, kind: isOrganization ? "organization" : "workspace", organization },
    {
      organization: source,
      sealedHashAt: (epoch) => sealedHashes.get(epoch),
      isInstanceRegistered: (instance, epoch) =>
        (ledger.known()?.registry ?? []).some(
          (entry) => isActiveAt(entry, epoch) && equalBytes(instanceIdOf(suite, entry.key), instance),
        ),
    },
  );
  const learnSealed = async (epoch: number): Promise<Unanswered | undefined> => {
    if (epoch < 0 || sealedHashes.has(epoch)) return undefined;
    const newest = ledger.known()?.sealedEpoch ?? -1;
    // Not on the ledger: the record's claim is false, and the replay says so.
    if (epoch > newest) return undefined;
    const rows = await ledger.epochs(epoch, epoch);
    if (!rows.ok) return { type: "unanswered", because: "offline", detail: rows.error.type };
    for (const row of rows.value) sealedHashes.set(row.epoch, row.hash);
    return undefined;
  };
  return {
    replay,
    append: async (bytes) => {
      const leaf = parseLeaf(bytes);
      const record = leaf.ok ? parseRecord(leaf.value.record) : undefined;
      const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
      if (record?.ok === true) {
        const missing = await learnSealed(record.value.sealedEpoch);
        if (missing) return err(missing);
      }
      if (source && stamp?.ok === true && stamp.value.organizationSize > source.size) {
        return err({ type: "OrganizationBehind" });
      }
      return replay.append(bytes);
    },
  };
}

/** RFC 9162 §2.1.1, of an encoded leaf. */
export function leafHashOfBytes(suite: Pick<CryptoSuite, "sha256">, leaf: Bytes): Bytes {
  return suite.sha256(concatBytes(LEAF_PREFIX, leaf));
}

const LEAF_PREFIX = Uint8Array.of(0);

/** Whether leaves [from, to) end early although the reply had room for one more: an honest server fills it. */
export function isCutShort(leaves: readonly Bytes[], from: number, to: number): boolean {
  if (leaves.length >= Math.min(to - from, MAX_LEAVES_PER_REQUEST)) return false;
  const sizeBytes = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  return sizeBytes + MAX_LEAF_BYTES <= readLeaves.maxReplyBytes - REPLY_SLACK_BYTES;
}

/** What a server may leave free beside the leaves of a reply. */
const REPLY_SLACK_BYTES = 128 * 1024;

/** Leaves [from, to), as many from the front as one reply has; at least one. */
export async function fetchLeaves(
  { sessions }: Pick<AuditHost, "sessions">,
  log: Bytes,
  from: number,
  to: number,
): Promise<Result<readonly Bytes[], Unanswered>> {
  const answer = await sessions.call(readLeaves, { log, from, to });
  if (!answer.ok) return err(unansweredOf(answer.error));
  const { leaves } = answer.value.body;
  return leaves.length > 0 && leaves.length <= to - from
    ? ok(leaves)
    : err({ type: "unanswered", because: "refused", detail: "LeavesMissing" });
}
