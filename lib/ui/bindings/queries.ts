import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import type { EngineError, Entry, PeriodDetails, WorkspaceSummary } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { useEngine } from "../engine-context.tsx";
import { keys } from "./keys.ts";
import {
  listingWithVisibleNames,
  periodWithVisibleNames,
  transfersWithVisibleNames,
  withVisibleNames,
} from "./visible-names.ts";

/** Larger files are downloaded, not previewed: a preview holds the whole file in memory. */
const MAX_PREVIEW_BYTES = 32 * 1024 * 1024;

export function useDevice() {
  const engine = useEngine();
  return useQuery({ queryKey: keys.device, queryFn: () => engine.device() });
}

export function useRecoveryKit(isWanted: boolean) {
  const engine = useEngine();
  return useQuery({ queryKey: keys.kit, queryFn: isWanted ? () => engine.recoveryKit() : skipToken });
}

export function useWorkspaces() {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.workspaces,
    queryFn: () => engine.workspaces(),
    select: showWorkspaces,
  });
}

export function useFolder(workspace: string, folder: string | null) {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.folder(workspace, folder),
    queryFn: () => engine.folder(workspace, folder),
    // Comparing tens of thousands of entries with those before costs more than showing the few in sight.
    structuralSharing: false,
    select: showListing,
  });
}

/** Of `count`, as the workspace says. */
export function useSetAsideEdits(workspace: string, count: number) {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.setAside(workspace, count),
    queryFn: () => engine.setAsideEdits(workspace),
    placeholderData: keepPreviousData,
  });
}

/** Asked for again when the entry has changed. A folder has no versions of its own to show. */
export function useVersions(workspace: string, { id, kind, modifiedAt, sizeBytes }: Entry) {
  const engine = useEngine();
  const queryKey = keys.versions(workspace, id, `${modifiedAt} ${sizeBytes}`);
  return useQuery({
    queryKey,
    queryFn: kind === "file" ? () => engine.versions(workspace, id) : skipToken,
    // Those of the same file stay in sight until the new ones are there.
    placeholderData: (before, query) => (query?.queryKey[2] === id ? before : undefined),
  });
}

export function useFileContent(workspace: string, file: string) {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.content(workspace, file),
    queryFn: () => engine.readFile(workspace, file, null, MAX_PREVIEW_BYTES),
    // Decrypted bytes do not stay in memory after the preview is closed.
    gcTime: 0,
  });
}

export function useTransfers() {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.transfers,
    queryFn: () => engine.transfers(),
    select: transfersWithVisibleNames,
  });
}

export function useTrust() {
  const engine = useEngine();
  return useQuery({ queryKey: keys.trust, queryFn: () => engine.trust() });
}

export function usePeriods(workspace: string | null, limit: number) {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.periods(workspace, limit),
    queryFn: () => engine.periods({ fromEpoch: null, limit, workspace }),
    placeholderData: keepPreviousData,
  });
}

export function usePeriod(epoch: number | undefined) {
  const engine = useEngine();
  return useQuery({
    queryKey: keys.period(epoch ?? -1),
    queryFn: epoch === undefined ? skipToken : () => engine.period(epoch),
    select: showPeriod,
  });
}

export function useProofFiles() {
  const engine = useEngine();
  return useQuery({ queryKey: keys.proofFiles, queryFn: () => engine.proofFiles() });
}

export function useAnchor() {
  const engine = useEngine();
  return useQuery({ queryKey: keys.anchor, queryFn: () => engine.anchor() });
}

// Always the same functions, so that an answer that did not change is not gone through again.
type Answer<T> = Result<T, EngineError>;
const showWorkspaces = mapAnswer(withVisibleNames<WorkspaceSummary>);
const showListing = mapAnswer(listingWithVisibleNames);
const showPeriod = (period: PeriodDetails | null) => period && periodWithVisibleNames(period);

function mapAnswer<T>(map: (value: T) => T): (answer: Answer<T>) => Answer<T> {
  return (answer) => (answer.ok ? { ok: true, value: map(answer.value) } : answer);
}
