import type { DeviceEngine } from "#client/engine.ts";
import type { World } from "./worlds.ts";

/** Answers from a fixed world and changes nothing: for looking at screens, never for testing what they do. */
export function createGalleryEngine(world: World): DeviceEngine {
  const done = async () => ({ ok: true, value: null }) as const;
  const nothing = async () => undefined;
  const kit = {
    organizationName: world.device.organizationName ?? "Marchetti & Partners",
    words: recoveryWords,
    confirmPosition: 6,
    createdAt: Date.UTC(2026, 9, 14),
  };
  return {
    subscribe: () => () => undefined,
    device: async () => world.device,
    createOrganization: async () =>
      world.creationError === undefined
        ? { ok: true, value: kit }
        : { ok: false, error: world.creationError },
    recoveryKit: async () => ({ ok: true, value: kit }),
    confirmRecoveryKit: async () => ({ ok: false, error: { type: "WrongWord" } }),
    unlock: async () => ({ ok: false, error: { type: "WrongPassphrase" } }),
    lock: nothing,
    workspaces: async () => ({ ok: true, value: world.workspaces }),
    createWorkspace: async () => ({ ok: false, error: { type: "NameTaken" } }),
    renameWorkspace: done,
    folder: async (workspace, folder) => ({
      ok: true,
      value: {
        workspace,
        folder,
        path: folder === null ? [] : [{ id: folder, name: folder.replaceAll("-", " ") }],
        entries: world.entries,
        isLoadedFromServer: true,
      },
    }),
    createFolder: async () => ({ ok: false, error: { type: "NameTaken" } }),
    rename: async () => ({ ok: false, error: { type: "NameInvalid", reason: "separator" } }),
    move: done,
    remove: async (workspace) => ({ ok: true, value: { workspace, id: "1" } }),
    undo: done,
    versions: async () => ({ ok: true, value: world.versions }),
    restoreVersion: done,
    keepBoth: done,
    setAsideEdits: async () => ({ ok: true, value: world.setAside }),
    saveSetAside: done,
    giveUpSetAside: done,
    restoreFolder: done,
    upload: done,
    transfers: async () => world.transfers,
    pauseTransfers: nothing,
    resumeTransfers: nothing,
    cancelTransfer: nothing,
    retryTransfer: nothing,
    clearFinishedTransfers: nothing,
    download: done,
    readFile: async (_workspace, file) => ({
      ok: true,
      value: { name: file, mimeHint: "text/plain", bytes: new TextEncoder().encode(sampleText) },
    }),
    trust: async () => world.trust,
    periods: async () => world.periods,
    period: async () => world.period,
    checkNow: nothing,
    proofFiles: async () => world.proofFiles,
    proofFile: async () => ({ ok: false, error: { type: "NotFound" } }),
    anchor: async () => world.anchor,
  };
}

const recoveryWords =
  "anchor lantern gravel sonnet ibis walnut meadow cobalt ferry quarry linen ember saddle orchid tundra pepper velvet harbor maple zenith cactus drum falcon igloo".split(
    " ",
  );

const sampleText = "# Notes\n\nCall the expert before Friday.\nBring both versions of the plan.\n";
