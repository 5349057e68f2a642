import { useState } from "react";
import type { WorkspaceSummary } from "#client/engine.ts";
import { usePeriod, usePeriods, useProofFiles, useTrust } from "../bindings/queries.ts";
import { useEngine } from "../engine-context.tsx";
import { ContradictionView } from "./contradiction-view.tsx";
import { PeriodDrawer } from "./period-drawer.tsx";
import { useSaveProof } from "./save-proof.ts";
import { TrustLoading } from "./trust-loading.tsx";
import { TrustView } from "./trust-view.tsx";

/** About a week of periods of ten minutes would be a thousand; a screen begins with fewer. */
const PERIODS_PER_PAGE = 200;

export function TrustScreen({ workspaces }: { readonly workspaces: readonly WorkspaceSummary[] }) {
  const engine = useEngine();
  const saveProof = useSaveProof();
  const [workspaceId, setWorkspaceId] = useState<string | null>(null);
  const [limit, setLimit] = useState(PERIODS_PER_PAGE);
  const [openEpoch, setOpenEpoch] = useState<number>();
  const { data: summary } = useTrust();
  const { data: periods } = usePeriods(workspaceId, limit);
  const { data: proofFiles } = useProofFiles();
  const { data: period } = usePeriod(openEpoch);
  if (summary === undefined) return <TrustLoading />;
  return (
    <TrustView
      summary={summary}
      periods={periods ?? []}
      hasMorePeriods={(periods?.length ?? 0) >= limit}
      workspaces={workspaces}
      workspaceId={workspaceId}
      proofFiles={proofFiles ?? []}
      onWorkspaceChange={setWorkspaceId}
      onOpenPeriod={setOpenEpoch}
      onMorePeriods={() => setLimit(limit + PERIODS_PER_PAGE)}
      onCheckNow={() => void engine.checkNow()}
      onSaveProof={saveProof}
      drawer={
        openEpoch === undefined ? undefined : (
          <PeriodDrawer period={period ?? undefined} onClose={() => setOpenEpoch(undefined)} />
        )
      }
    />
  );
}

export function ContradictionScreen({ workspaces }: { readonly workspaces: readonly WorkspaceSummary[] }) {
  const saveProof = useSaveProof();
  const { data: proofFiles } = useProofFiles();
  const proof = proofFiles?.find(({ accused }) => accused === "instance" || accused === "deployment");
  const concerned = workspaces.find(({ state }) => state === "contradiction");
  return (
    <ContradictionView
      proof={proof}
      workspaceName={concerned?.name ?? proof?.workspaceName ?? ""}
      onSaveProof={saveProof}
    />
  );
}
