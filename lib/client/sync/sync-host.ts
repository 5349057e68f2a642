import type { EngineEvent } from "../engine.ts";
import type { IntentQueue } from "../journal/intent.ts";
import type { LogAccess } from "./log-access.ts";
import type { LogHost } from "./log-host.ts";
import type { ManifestCache } from "./manifest-cache.ts";
import type { WorkspaceTable } from "./workspace-table.ts";

/** What folders, files and workspaces are made with: access to logs, and what this device keeps of them. */
export interface SyncHost extends LogHost {
  readonly logs: LogAccess;
  readonly cache: ManifestCache;
  readonly intents: IntentQueue;
  readonly workspaces: WorkspaceTable;
  readonly emit: (event: EngineEvent) => void;
}
