import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  bytes,
  bytesUpTo,
  codec,
  type Infer,
  integer,
  literal,
  nullable,
  struct,
  text,
  timeMs,
} from "#protocol/codec/schema.ts";
import { hashSchema, idSchema, KEY_BYTES } from "#protocol/log/identifiers.ts";
import { putRow, type RowTable, type SealedRows } from "../storage/sealed-rows.ts";

/** Everything that only this device, or this user's devices, may know. */
const secretsSchema = struct({
  v: [0, literal(1)],
  deployment: [1, hashSchema],
  organization: [2, hashSchema],
  user: [3, idSchema],
  device: [4, idSchema],
  deviceSecretKey: [5, bytes(KEY_BYTES)],
  boxSecretKey: [6, bytes(KEY_BYTES)],
  organizationKey: [7, bytes(KEY_BYTES)],
  organizationName: [8, text(255)],
  userName: [9, text(255)],
  deviceLabel: [10, text(255)],
  /** Until the printed kit was confirmed. */
  rootSecretKey: [11, nullable(bytes(KEY_BYTES))],
  kitCreatedAt: [12, timeMs],
  /** Position of the word that has to be typed back. */
  kitPosition: [13, integer(0, 23)],
  /** Log of the personal workspace; null until it is born. */
  personalWorkspace: [14, nullable(hashSchema)],
  /** The request of `create-organization` until it was answered, empty afterwards. */
  birthRequest: [15, bytesUpTo(256 * 1024)],
});
export type DeviceSecrets = Infer<typeof secretsSchema>;

/** [] */
const SECRETS: RowTable<DeviceSecrets> = { name: "secrets", codec: codec(secretsSchema, 300 * 1024) };

export function loadSecrets(rows: SealedRows): Promise<DeviceSecrets | undefined> {
  return rows.get(SECRETS);
}

export function storeSecrets(rows: SealedRows, secrets: DeviceSecrets): Promise<void> {
  return rows.write([putRow(SECRETS, [], secrets)]);
}

export function secretKeysOf(secrets: DeviceSecrets): readonly Bytes[] {
  const { deviceSecretKey, boxSecretKey, organizationKey, rootSecretKey } = secrets;
  return [deviceSecretKey, boxSecretKey, organizationKey, ...(rootSecretKey ? [rootSecretKey] : [])];
}

export function wipe(key: Bytes | null): void {
  key?.fill(0);
}
