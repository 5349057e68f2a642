import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Registration } from "#protocol/evidence/evidence.ts";
import type { HeadRow } from "../journal/tables.ts";
import type { AuditContext } from "./audit-context.ts";
import { replayState } from "./prove-state.ts";

/** A device's registration at a size of the organization's log, under a head of it that this device accepted. */
export async function proveOrganization(
  context: AuditContext,
  device: Bytes,
  size: number,
  head: HeadRow,
): Promise<Registration | undefined> {
  const log = context.host.identity.organization;
  const name = { kind: "registeredDevice", id: device } as const;
  const state = await replayState(context, { log, size: head.size, root: head.root }, size, [name]);
  return (
    state && { head: { kind: "note", body: { note: head.note } }, ...state, entries: [...state.entries] }
  );
}
