import { type Bytes, isZero } from "./bytes.ts";
import { type Case, describeHead, type Entries, needEntries, needLeaf, vouchedHead } from "./case.ts";
import type { Registration } from "./evidence-parts.ts";
import { mapKey, parseValue } from "./log-map.ts";
import { isIdOf } from "./record.ts";

/** What the organization's log says of a record's author, at one size of that log. */
export interface ProvenRegistration {
  /** Leaves of the organization's log that this state follows from. */
  readonly size: number;
  readonly entries: Entries;
}

export interface RegisteredDevice {
  readonly user: Bytes;
  readonly key: Bytes;
  readonly isRoot: boolean;
  readonly isActive: boolean;
}

export async function needRegistration(
  file: Case,
  registration: Registration | null,
): Promise<ProvenRegistration> {
  const { steps, organization } = file;
  const { head, leaf, entries } = steps.expect("evidenceSuffices", registration ?? undefined, "registration");
  const found = await vouchedHead(file, organization, head);
  const vouched = steps.need("organizationIsVouchedFor", found, found && describeHead(found));
  const last = needLeaf(file, vouched, leaf, "otherLeafIsIncluded");
  return { size: leaf.index + 1, entries: needEntries(file, last.stamp.mapRoot, entries) };
}

/**
 * The registered device; null where absence is proven, undefined where nothing is. Its id must be its key's, so the
 * key does not depend on whose log says so.
 */
export function registeredDevice(
  { entries }: ProvenRegistration,
  device: Bytes,
): RegisteredDevice | null | undefined {
  const found = entries.read(mapKey.registeredDevice(device), parseValue.registeredDevice);
  if (found === null || found === undefined) return found;
  const { user, key, status } = found;
  const isRoot = isZero(user);
  if (!isIdOf(device, key, isRoot ? "root-id" : "device-id")) return undefined;
  return { user, key, isRoot, isActive: status === "active" };
}
