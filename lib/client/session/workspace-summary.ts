import { toHex } from "#protocol/bytes/text.ts";
import type { TrustState, TrustSummary, WorkspaceSummary } from "../engine.ts";
import type { IntentQueue } from "../journal/intent.ts";
import type { Journal } from "../journal/journal.ts";
import type { Edits } from "../sync/edits.ts";
import type { WorkspaceRow } from "../sync/workspace-table.ts";

export async function summarizeWorkspace(
  session: {
    readonly journal: Journal;
    readonly edits: Pick<Edits, "unsent">;
    readonly host: { readonly intents: Pick<IntentQueue, "held"> };
  },
  trust: TrustSummary,
  { log, name, role }: WorkspaceRow,
): Promise<WorkspaceSummary> {
  const id = toHex(log);
  const { suspicion } = await session.journal.log(log);
  const unsent = await session.edits.unsent(log);
  const state = stateOf(trust, id, suspicion !== null);
  const hasUnsentEdits = unsent.intents.length > 0;
  const setAsideEdits = (await session.host.intents.held(log)).length;
  const isWritePaused = suspicion !== null;
  return {
    id,
    name,
    role,
    state,
    isWritePaused,
    hasUnsentEdits,
    setAsideEdits,
    unsentBecause: unsent.because,
  };
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
