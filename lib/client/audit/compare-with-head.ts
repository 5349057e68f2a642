import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { areConsistent } from "#protocol/log/check-epoch.ts";
import type { Head } from "#protocol/log/head.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { type AuditContext, unansweredOf } from "./audit-context.ts";
import { failed, type LogEpoch } from "./check-log-epoch.ts";
import { ownTree } from "./own-tree.ts";
import type { CheckpointRow } from "./tables.ts";

type Place = Pick<Head, "size" | "root">;

/** What keeps a seal that passed from being kept. */
export type NotKept = Exclude<LogEpoch, { type: "passed" | "absent" }>;

/**
 * Whether a checkpoint that passed is of one history with a head that it was not compared with: undefined if it is.
 * This device's own tree tells where it reaches far enough, else one path from the server, of whose answer nothing
 * else is looked at.
 */
export async function compareWithHead(
  context: AuditContext,
  log: Bytes,
  { slot, size, root }: CheckpointRow,
  head: Place,
): Promise<NotKept | undefined> {
  const { suite, sessions } = context.host;
  const { epoch, note } = slot;
  const checkpoint = { size, root };
  const inconsistent = failed("E3", "CheckpointInconsistent", epoch, slot, note);
  const isInOwn = await isInOwnTree(context, log, checkpoint, head);
  if (isInOwn !== undefined) return isInOwn ? undefined : inconsistent;
  const answer = await sessions.call(auditEpoch, { log, epoch, fromSizes: [head.size], keys: [] });
  if (!answer.ok) return unansweredOf(answer.error);
  const reply = answer.value;
  if (reply.kind !== "audited") return { type: "unanswered", because: "refused", detail: reply.kind };
  const path = reply.body.consistencyPaths[0] ?? [];
  return areConsistent(suite, checkpoint, head, path) ? undefined : inconsistent;
}

/** Undefined where the own tree does not have both sizes, or is not the head's. */
async function isInOwnTree(
  context: AuditContext,
  log: Bytes,
  checkpoint: Place,
  head: Place,
): Promise<boolean | undefined> {
  const own = await ownTree(context, log);
  const has = ({ size }: Place) => own !== undefined && own.firstSize <= size && size <= own.size;
  if (!own || !has(checkpoint) || !has(head) || !equalBytes(own.root(head.size), head.root)) return undefined;
  return equalBytes(own.root(checkpoint.size), checkpoint.root);
}
