import { equal } from "../bytes.ts";
import type { Case } from "../case.ts";
import type { ClaimOf } from "../evidence.ts";
import type { Leaf } from "../leaf.ts";
import { mapKey, parseValue } from "../log-map.ts";
import type { Content, Role } from "../record.ts";
import { needRegistration, type RegisteredDevice, registeredDevice } from "../registration.ts";
import type { ProvenQuestion } from "./question.ts";

/**
 * A record by a device that was not registered, by somebody who was no member, or beyond what the member's role
 * allows, all at exactly the size of the organization's log that the stamp names.
 */
export async function isUnauthorised(
  file: Case,
  { registration }: ClaimOf<"invalidLeaf">,
  { index, entries }: ProvenQuestion,
  { record, stamp }: Extract<Leaf, { readonly kind: "record" }>,
): Promise<boolean> {
  const { steps, logKind } = file;
  steps.expect("evidenceSuffices", logKind !== null, "the log's genesis");
  const proven = await needRegistration(file, registration);
  steps.expect("evidenceSuffices", proven.size === stamp.organizationSize, `organization at ${proven.size}`);
  const device = steps.expect("evidenceSuffices", registeredDevice(proven, record.device), "the author");
  if (device?.isActive !== true) return true;

  const isMembersOnly = logKind === "workspace" && index > 0;
  steps.expect("evidenceSuffices", isMembersOnly, "a workspace's log");
  const found = entries.read(mapKey.member(device.user), parseValue.member);
  const member = steps.expect("evidenceSuffices", found, "the author's membership");
  const role = member?.role ?? null;
  if (role === null) return true;
  return stamp.outcome === "applied" && !mayApply(record.content, role, device);
}

/** What a role is too low for whatever else holds. */
function mayApply(content: Content, role: Role, author: RegisteredDevice): boolean {
  switch (content.kind) {
    case "write":
      return role !== "reader";
    case "name":
      return role === "manager" || role === "owner";
    case "rotation":
      return role === "owner";
    case "role": {
      const isLeaving = content.role === null && equal(content.user, author.user);
      return isLeaving || role === "manager" || role === "owner";
    }
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
    case "workspaceGenesis":
    case "read":
    case "ack":
    case "audit":
    case "resolve":
      return true;
  }
}
