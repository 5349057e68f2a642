import { toHex } from "#protocol/bytes/text.ts";
import type { TrustState, TrustSummary, WorkspaceSummary } from "../engine.ts";
import type { IntentQueue } from "../journal/intent.ts";
import type { Journal } from "../journal/journal.ts";
import type { WorkspaceRow } from "../sync/workspace-table.ts";

export async function summarizeWorkspace(
  { journal, intents }: { readonly journal: Journal; readonly intents: Pick<IntentQueue, "list" | "held"> },
  trust: TrustSummary,
  { log, name, role }: WorkspaceRow,
): Promise<WorkspaceSummary> {
  const id = toHex(log);
  const { suspicion } = await journal.log(log);
  const hasUnsentEdits = (await intents.list(log)).length > 0;
  const setAsideEdits = (await intents.held(log)).length;
  const state = stateOf(trust, id, suspicion !== null);
  return { id, name, role, state, isWritePaused: suspicion !== null, hasUnsentEdits, setAsideEdits };
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
