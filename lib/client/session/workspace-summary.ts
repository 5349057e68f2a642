import { toHex } from "#protocol/bytes/text.ts";
import type { TrustState, TrustSummary, WorkspaceSummary } from "../engine.ts";
import type { Journal } from "../journal/journal.ts";
import type { WorkspaceRow } from "../sync/workspace-table.ts";

export async function summarizeWorkspace(
  journal: Journal,
  trust: TrustSummary,
  { log, name, role }: WorkspaceRow,
): Promise<WorkspaceSummary> {
  const id = toHex(log);
  const { suspicion } = await journal.log(log);
  return { id, name, role, state: stateOf(trust, id, suspicion !== null), isWritePaused: suspicion !== null };
}

/** The worst that is known of this workspace; what concerns no workspace concerns all. */
function stateOf(trust: TrustSummary, workspace: string, isSuspect: boolean): TrustState {
  // Most serious first, as the summary promises.
  const reason = trust.reasons.find(
    (candidate) => candidate.workspace === null || candidate.workspace === workspace,
  );
  if (reason?.state === "contradiction") return "contradiction";
  if (isSuspect) return "suspect";
  if (reason) return reason.state;
  return trust.reasons.length === 0 ? trust.state : "verified";
}
