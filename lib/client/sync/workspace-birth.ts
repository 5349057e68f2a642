import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { keyCommitmentOf, sealKeyRing } from "#protocol/identity/key-ring.ts";
import { logIdOf, recordHashOf } from "#protocol/log/identifiers.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import { createWorkspace } from "#protocol/wire/create-workspace.ts";
import type { EngineError } from "../engine.ts";
import type { OperationRow } from "../journal/tables.ts";
import { acceptReceipt } from "./accept-receipt.ts";
import { checkRefusal } from "./check-refusal.ts";
import { ledgerErrorOf, sessionErrorOf } from "./engine-errors.ts";
import type { LogHost } from "./log-host.ts";
import { journalRecord, type PreparedRecord, prepareRecord, signGenesis } from "./prepare-record.ts";
import { refusalErrorOf, verifiedStatus } from "./send-record.ts";
import type { WorkspaceTable } from "./workspace-table.ts";

export interface BirthHost extends LogHost {
  readonly workspaces: WorkspaceTable;
  /** X25519 public key of this device's user. */
  readonly boxKey: Bytes;
}

/**
 * Makes a workspace: its genesis in its own log, its listing in the organization's, one command. The caller holds
 * the organization log's lock. Keys and both records are on disk before anything is sent, so whatever happens
 * on the way, `resumeWorkspaceBirth` ends it. Answers the new log's id.
 */
export async function giveBirth(
  host: BirthHost,
  name: string,
  isPersonal: boolean,
): Promise<Result<Bytes, EngineError>> {
  const { suite, identity, randomBytes } = host;
  // A birth that expires is refused as a whole, so it names the newest seal there is.
  const newest = await host.ledger.current(0);
  if (!newest.ok) return err(ledgerErrorOf(newest.error));
  const key = randomBytes(32);
  const ring = sealKeyRing(suite, { v: 1, keys: [key], isPersonal, head: new Uint8Array(0) }, host.boxKey);
  const genesis = await signGenesis(host, {
    kind: "workspaceGenesis",
    body: {
      organization: identity.organization,
      owner: identity.user,
      nonce: randomBytes(16),
      keyCommitment: keyCommitmentOf(suite, ZERO_HASH, 0, key),
      ringHash: ring.ringHash,
    },
  });
  if (!genesis.ok) return genesis;
  const { record, signed } = genesis.value;
  const log = logIdOf(suite, signed.record, signed.signature);
  const common = { v: 1, log, name, keys: [key], role: "owner", isPersonal, isPublished: false } as const;
  await host.workspaces.put({ ...common, pendingRing: ring.ciphertext });
  // What a person reads of it later: the personal workspace has no name.
  const subjects = isPersonal ? [] : [name];
  const born = await journalRecord(host, log, record, signed, { subjects });
  const listing = await prepareRecord(host, identity.organization, {
    content: { kind: "workspace", body: { workspace: log } },
    subjects,
  });
  if (!listing.ok) return listing;
  const sent = await sendBirth(host, listing.value, born, ring.ciphertext);
  return sent.ok ? ok(log) : sent;
}

/** For a listing that is still `prepared` when its log is entered again. */
export async function resumeWorkspaceBirth(
  host: BirthHost,
  operation: OperationRow,
): Promise<Result<null, EngineError>> {
  const { organization } = host.identity;
  const listing = preparedOf(host, organization, operation);
  const { content } = listing.record;
  if (content.kind !== "workspace") throw new Error("only a listing is resumed");
  const { workspace: log } = content.body;
  const [row, [genesis]] = await Promise.all([
    host.workspaces.get(log),
    host.journal.preparedOperations(log),
  ]);
  if (!row?.pendingRing || !genesis) {
    await host.journal.settle(organization, { ...operation, state: "abandoned" });
    return ok(null);
  }
  return sendBirth(host, listing, preparedOf(host, log, genesis), row.pendingRing);
}

async function sendBirth(
  host: BirthHost,
  listing: PreparedRecord,
  genesis: PreparedRecord,
  ciphertext: Bytes,
): Promise<Result<null, EngineError>> {
  const { organization, user } = host.identity;
  const request = {
    organization,
    workspace: genesis.log,
    organizationRecord: listing.signed,
    genesis: genesis.signed,
    rings: [{ user, ciphertext }],
  };
  const answer = await host.transport.call(createWorkspace, request);
  if (!answer.ok) return err(sessionErrorOf(answer.error));
  if (answer.value.kind === "refused") {
    const refusal = answer.value.body;
    const isAboutGenesis = equalBytes(refusal.statement.recordHash, genesis.recordHash);
    const refused = isAboutGenesis ? genesis : listing;
    const status = await verifiedStatus(host, refused, refusal);
    if (!status.ok) return status;
    await host.journal.settle(listing.log, { ...listing.operation, state: "refused" });
    await host.journal.settle(genesis.log, { ...genesis.operation, state: "refused" });
    const believed = await checkRefusal(host, refused, refusal);
    return believed.ok ? err(refusalErrorOf(status.value)) : believed;
  }
  const { organizationReceipt, receipt } = answer.value.body;
  const listed = await acceptReceipt(host, listing, organizationReceipt);
  if (!listed.ok) return listed;
  const born = await acceptReceipt(host, genesis, receipt);
  if (!born.ok) return born;
  if (listed.value.stamp.outcome !== "applied" || born.value.stamp.outcome !== "applied") {
    return err({ type: "NotAllowed" });
  }
  const row = await host.workspaces.get(genesis.log);
  if (row) await host.workspaces.put({ ...row, pendingRing: null });
  return ok(null);
}

function preparedOf({ suite }: LogHost, log: Bytes, operation: OperationRow): PreparedRecord {
  const signed = { record: operation.record, signature: operation.signature };
  // Our own row, written from a record that we encoded.
  const record = unwrap(parseRecord(operation.record));
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  return { log, record, signed, recordHash, operation, wasSent: true };
}

const ZERO_HASH: Bytes = new Uint8Array(32);
