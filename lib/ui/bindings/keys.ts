/** Query keys: the first part is what an engine event names. */
export const keys = {
  device: ["device"],
  kit: ["device", "kit"],
  workspaces: ["workspaces"],
  folder: (workspace: string, folder: string | null) => ["folder", workspace, folder],
  setAside: (workspace: string, count: number) => ["workspaces", "setAside", workspace, count],
  // Asking for these is itself written into the record, which then grows: no event may ask for them again.
  versions: (workspace: string, file: string, state: string) => ["versions", workspace, file, state],
  content: (workspace: string, file: string) => ["content", workspace, file],
  transfers: ["transfers"],
  trust: ["trust"],
  periods: (workspace: string | null, limit: number) => ["trust", "periods", workspace, limit],
  period: (epoch: number) => ["trust", "period", epoch],
  proofFiles: ["trust", "proofFiles"],
  anchor: ["trust", "anchor"],
} as const;
