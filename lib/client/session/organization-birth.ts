import { equalBytes } from "#protocol/bytes/bytes.ts";
import { createOrganizationBirth, firstUserBoxSecretKey } from "#protocol/identity/organization-birth.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import type { RequestOf } from "#protocol/wire/command.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import type { EngineError, NewOrganization } from "../engine.ts";
import type { DeviceSecrets } from "../identity/device-secrets.ts";
import { KIT_WORDS } from "../identity/recovery-kit.ts";
import type { LedgerView } from "../ledger/ledger-client.ts";
import { acceptReceipt } from "../sync/accept-receipt.ts";
import { sessionErrorOf } from "../sync/engine-errors.ts";
import type { LogHost } from "../sync/log-host.ts";
import { journalRecord } from "../sync/prepare-record.ts";
import type { EnginePorts } from "./engine-ports.ts";

/** Keys of a new organization, its first user and this device, and the request that registers them. */
export function createSecrets(
  { suite, randomBytes, now }: Pick<EnginePorts, "suite" | "randomBytes" | "now">,
  input: NewOrganization,
  deployment: Uint8Array,
  ledger: LedgerView,
): DeviceSecrets {
  const rootSecretKey = randomBytes(32);
  const deviceSecretKey = randomBytes(32);
  const organizationKey = randomBytes(32);
  const user = randomBytes(16);
  const { organizationName, userName, deviceLabel } = input;
  const birth = createOrganizationBirth(suite, randomBytes, {
    deployment,
    rootSecretKey,
    deviceSecretKey,
    organizationKey,
    user,
    organizationName,
    userName,
    deviceLabel,
    incarnation: randomBytes(16),
    sealedEpoch: ledger.sealedEpoch,
    sealedHash: ledger.sealedHash,
    clientTime: now(),
  });
  const request = { records: birth.records, profiles: birth.profiles, bootstrapToken: input.bootstrapToken };
  return {
    v: 1,
    deployment,
    organization: birth.organization,
    user,
    device: birth.device,
    deviceSecretKey,
    boxSecretKey: firstUserBoxSecretKey(suite, rootSecretKey),
    organizationKey,
    organizationName,
    userName,
    deviceLabel,
    rootSecretKey,
    kitCreatedAt: now(),
    kitPosition: (randomBytes(1)[0] ?? 0) % KIT_WORDS,
    personalWorkspace: null,
    birthRequest: createOrganization.encodeRequest(request),
  };
}

/** The organization's first three operations go into the journal before they are sent, each of them once. */
export async function journalBirth(host: LogHost, secrets: DeviceSecrets): Promise<void> {
  const known = await host.journal.openOperations(secrets.organization);
  for (const signed of requestOf(secrets).records) {
    if (known.some(({ record }) => equalBytes(record, signed.record))) continue;
    await journalRecord(host, secrets.organization, unwrap(parseRecord(signed.record)), signed);
  }
}

/** Sends the birth, again if need be: the server answers the same records with the same receipts. */
export async function sendOrganizationBirth(
  host: LogHost,
  secrets: DeviceSecrets,
): Promise<Result<null, EngineError>> {
  const request = requestOf(secrets);
  const answer = await host.transport.call(createOrganization, request);
  if (!answer.ok) return err(sessionErrorOf(answer.error));
  if (answer.value.kind === "refused") return err(refusalOf(answer.value.body.reason));
  const { receipts } = answer.value.body;
  const log = secrets.organization;
  const operations = await host.journal.preparedOperations(log);
  for (const [index, signed] of request.records.entries()) {
    const recordHash = recordHashOf(host.suite, signed.record, signed.signature);
    const operation = operations.find((row) => equalBytes(row.record, signed.record));
    const receipt = receipts[index];
    if (!operation) continue;
    if (!receipt) return err({ type: "ServerRefused", reason: "ReceiptMissing" });
    const record = unwrap(parseRecord(signed.record));
    // Whether this is its first answer is not known here.
    const prepared = { log, record, signed, recordHash, operation, wasSent: true };
    const accepted = await acceptReceipt(host, prepared, receipt);
    if (!accepted.ok) return accepted;
    if (accepted.value.stamp.outcome !== "applied") return err({ type: "NotAllowed" });
  }
  return ok(null);
}

function requestOf({ birthRequest }: DeviceSecrets): RequestOf<typeof createOrganization> {
  // Our own row, written from a request that we encoded.
  return unwrap(createOrganization.parseRequest(birthRequest));
}

type RefusalReason =
  | "bootstrapTokenRequired"
  | "bootstrapTokenWrong"
  | "recordsInvalid"
  | "foreignDeployment";

function refusalOf(reason: RefusalReason): EngineError {
  switch (reason) {
    case "bootstrapTokenRequired":
      return { type: "BootstrapTokenRequired" };
    case "bootstrapTokenWrong":
      return { type: "BootstrapTokenWrong" };
    case "foreignDeployment":
    case "recordsInvalid":
      return { type: "ServerRefused", reason };
  }
}
