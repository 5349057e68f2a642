/** Query keys: the first part is what an engine event names. */
export const keys = {
  device: ["device"],
  kit: ["device", "kit"],
  workspaces: ["workspaces"],
  folder: (workspace: string, folder: string | null) => ["folder", workspace, folder],
  versions: (workspace: string, file: string) => ["folder", workspace, "versions", file],
  content: (workspace: string, file: string) => ["folder", workspace, "content", file],
  transfers: ["transfers"],
  trust: ["trust"],
  periods: (workspace: string | null, limit: number) => ["trust", "periods", workspace, limit],
  period: (epoch: number) => ["trust", "period", epoch],
  proofFiles: ["trust", "proofFiles"],
  anchor: ["trust", "anchor"],
} as const;
