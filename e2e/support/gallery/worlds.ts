import type {
  AnchorInfo,
  CheckCode,
  DeviceState,
  EngineError,
  Entry,
  FileVersion,
  Period,
  PeriodDetails,
  ProofFileSummary,
  SetAsideEdit,
  TransferSummary,
  TrustState,
  TrustSummary,
  WorkspaceSummary,
} from "#client/engine.ts";

/** Everything the gallery's engine answers with. A fixed moment, so that pictures can be compared. */
export interface World {
  readonly device: DeviceState;
  readonly workspaces: readonly WorkspaceSummary[];
  readonly entries: readonly Entry[];
  readonly setAside: readonly SetAsideEdit[];
  readonly versions: readonly FileVersion[];
  readonly transfers: TransferSummary;
  readonly trust: TrustSummary;
  readonly periods: readonly Period[];
  readonly period: PeriodDetails;
  readonly proofFiles: readonly ProofFileSummary[];
  readonly anchor: AnchorInfo;
  /** What the creation of an organization fails with. */
  readonly creationError?: EngineError;
}

export const NOW = Date.UTC(2026, 9, 14, 12, 5);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const device: DeviceState = {
  phase: "unlocked",
  organizationName: "Marchetti & Partners",
  userName: "Alice Marchetti",
  deviceLabel: "Laptop",
  isRecoveryKitConfirmed: true,
  isOnline: true,
  isStoragePersisted: true,
  problem: null,
};

const damage = { type: "StorageCorrupt", detail: "row of operations" } as const;

const workspaces: readonly WorkspaceSummary[] = [
  workspace("a1", "Client Delaunay", "owner"),
  workspace("b2", "Merger — data room", "manager"),
  { ...workspace("c3", "Office", "contributor"), state: "pending" },
  workspace("d4", "Tribunal 2026", "reader"),
];

function workspace(id: string, name: string, role: WorkspaceSummary["role"]): WorkspaceSummary {
  return {
    id,
    name,
    role,
    state: "verified",
    isWritePaused: false,
    hasUnsentEdits: false,
    setAsideEdits: 0,
    unsentBecause: null,
  };
}

const entry = (name: string, daysAgo: number, sizeBytes: number, rest: Partial<Entry> = {}): Entry => ({
  id: name.replaceAll(" ", "-"),
  name,
  kind: sizeBytes === 0 ? "folder" : "file",
  sizeBytes,
  modifiedAt: NOW - daysAgo * DAY_MS - name.length * 7 * MINUTE_MS,
  mimeHint: null,
  state: "verified",
  ...rest,
});

const entries: readonly Entry[] = [
  entry("Correspondence", 1, 0),
  entry("Evidence", 3, 0),
  entry("Expert reports", 12, 0),
  entry("Invoices", 40, 0),
  entry("Brief for the hearing.docx", 0, 248_320),
  entry("Claim — final, signed.pdf", 2, 1_902_211),
  entry("Timeline of events.xlsx", 4, 88_102),
  entry("Site photo, north side.jpg", 9, 6_203_881),
  entry("Recording of the meeting of 3 October.m4a", 11, 48_220_110),
  entry("Notes.md", 0, 4_210, { state: "local" }),
  entry("Notes (Bob, 14 October).md", 0, 4_011, { state: "conflict" }),
  entry("Data room export.zip", 21, 3_204_118_776),
];

const setAside: readonly SetAsideEdit[] = [
  {
    id: "1",
    name: "Scans 2026.zip",
    change: "new",
    folder: "Exhibits",
    changes: 1,
    files: 1,
    sizeBytes: 3_400_000_000,
    reason: { type: "RequestTooLarge", sizeBytes: 1_400_000 },
    since: NOW - 3 * DAY_MS,
  },
  {
    id: "2",
    name: "Contract draft.docx",
    change: "rename",
    folder: null,
    changes: 12,
    files: 0,
    sizeBytes: 0,
    reason: { type: "NotAllowed" },
    since: NOW - DAY_MS,
  },
];

const versions: readonly FileVersion[] = [
  { version: 3, at: NOW - 2 * DAY_MS, author: "Alice Marchetti", sizeBytes: 1_902_211, isCurrent: true },
  { version: 2, at: NOW - 3 * DAY_MS, author: "Bob Okafor", sizeBytes: 1_890_003, isCurrent: false },
  { version: 1, at: NOW - 9 * DAY_MS, author: "Alice Marchetti", sizeBytes: 1_402_998, isCurrent: false },
];

const noTransfers: TransferSummary = {
  isPaused: false,
  doneBytes: 0,
  totalBytes: 0,
  bytesPerSecond: 0,
  doneFiles: 0,
  totalFiles: 0,
  stopsOnLeaving: 0,
  newVersions: 0,
  items: [],
};

const busyTransfers: TransferSummary = {
  isPaused: false,
  doneBytes: 812_000_000,
  totalBytes: 3_400_000_000,
  bytesPerSecond: 21_400_000,
  doneFiles: 14,
  totalFiles: 37,
  stopsOnLeaving: 3,
  newVersions: 13,
  items: [
    transfer("Data room export.zip", "running", 702_000_000, 3_204_118_776),
    transfer("Annex 4, plans.pdf", "running", 3_100_000, 9_400_000),
    { ...transfer("Deposition.mov", "failed", 0, 94_000_000), error: { type: "SourceChanged" } },
    transfer("Annex 5.pdf", "queued", 0, 1_200_000),
    {
      ...transfer("Annex 3.pdf", "done", 1_100_000, 1_100_000),
      saved: { workspace: "a1", folder: null, file: "f1", name: "Annex 3.pdf", replacedVersion: 2 },
    },
    {
      ...transfer("image.jpg", "done", 900_000, 900_000),
      saved: { workspace: "a1", folder: null, file: "f2", name: "image (2).jpg", replacedVersion: null },
    },
    { ...transfer("Site visits", "done", 9_100_000, 9_100_000), newVersions: 12 },
  ],
};

const troubledTransfers: TransferSummary = {
  ...busyTransfers,
  items: [
    transfer("Data room export.zip", "running", 702_000_000, 3_204_118_776),
    {
      ...transfer("Deposition of the second expert witness, with all annexes.mov", "failed", 0, 94_000_000),
      error: {
        type: "FolderInTrash",
        workspace: "a1",
        folder: "x",
        name: "Correspondence with the other side",
      },
    },
    {
      ...transfer("Plans.tif", "failed", 0, 9_400_000),
      error: { type: "RequestTooLarge", sizeBytes: 524_288 },
    },
    { ...transfer("Link to annexes", "failed", 0, 0), error: { type: "SourceLinked" } },
    { ...transfer("Annex 5.pdf", "queued", 0, 1_200_000), error: { type: "ServerUnreachable" } },
    {
      ...transfer("Site visits", "done", 9_100_000, 9_100_000),
      notes: [{ type: "emptyFiles", count: 3 }, { type: "linksUnknown" }, { type: "emptyFoldersUnknown" }],
    },
  ],
};

function transfer(
  name: string,
  state: TransferSummary["items"][number]["state"],
  doneBytes: number,
  totalBytes: number,
): TransferSummary["items"][number] {
  return { id: name, direction: "upload", name, doneBytes, totalBytes, state, error: null };
}

const trust: TrustSummary = {
  state: "verified",
  checkedUpTo: NOW - 4 * MINUTE_MS,
  notariesSigned: 4,
  notariesTotal: 4,
  devicesConfirmed: 3,
  devicesKnown: 5,
  isLocalLedger: false,
  isChecking: false,
  reasons: [],
};

/** Ten minutes each; the newest is open, the one before waits for its seal. */
function periodsWith(special: Readonly<Record<number, TrustState>>): readonly Period[] {
  return Array.from({ length: 150 }, (_, index) => {
    const age = 149 - index;
    const record: TrustState = special[age] ?? (age < 2 ? "pending" : "verified");
    return {
      epoch: 8_000 + index,
      sealedAt: age === 0 ? null : NOW - age * 10 * MINUTE_MS,
      lanes: {
        device: age > 120 ? "partial" : "verified",
        record,
        seal: age < 2 ? "pending" : "verified",
      },
      state: record === "verified" && age > 120 ? "partial" : record,
      ownOperations: [0, 2, 0, 1, 0, 0, 5][index % 7] ?? 0,
    };
  });
}

const digest = (seed: string) => seed.repeat(64).slice(0, 64);

const period: PeriodDetails = {
  epoch: 8_141,
  sealedAt: NOW - 80 * MINUTE_MS,
  lanes: { device: "verified", record: "verified", seal: "verified" },
  state: "verified",
  ownOperations: 3,
  operations: [
    operation("upload", ["Claim — final, signed.pdf"], 86, true),
    operation("rename", ["Brief for the hearing.docx"], 84, true),
    operation("read", ["Timeline of events.xlsx", "Notes.md"], 82, null),
  ],
  checks: (["I1", "I2", "E1", "E2", "E3", "E4", "E6"] as const).map((code) => ({
    code,
    state: code === "E2" ? "partial" : code === "E6" ? "pending" : "verified",
    workspace: "a1",
    workspaceName: "Client Delaunay",
    detail: "",
    coverage: code === "E6" ? { done: 2_000, total: 2_114 } : null,
  })),
  notaries: ["7f31c0a9d2e4", "b20915ddee71", "0c44aa98f1b3", "e9d3317c5a20"].map((address, index) => ({
    address,
    hasSigned: index !== 2,
  })),
  technical: {
    epochRecordHash: digest("4be1"),
    epochRoot: digest("09ac7"),
    ledgerHeight: "188204",
    ledgerHeaderHash: digest("f03d"),
    logs: [{ log: "a1", name: "Client Delaunay", checkpointSize: 2_114, checkpointRoot: digest("77c2e") }],
  },
};

function operation(kind: string, subjects: readonly string[], minutesAgo: number, isFound: boolean | null) {
  const at = NOW - minutesAgo * MINUTE_MS;
  return {
    workspace: "a1",
    workspaceName: "Client Delaunay",
    kind,
    subjects,
    at,
    isFound,
    index: minutesAgo,
  };
}

const anchor: AnchorInfo = {
  engine: "devchain",
  chainId: "holdfast-local-1",
  height: "1",
  headerHash: digest("5a0f"),
  deploymentId: digest("c3e2"),
  newestHeight: "188204",
  newestTime: NOW - 4 * MINUTE_MS,
};

const calm: World = {
  device,
  workspaces,
  entries,
  setAside,
  versions,
  transfers: noTransfers,
  trust,
  periods: periodsWith({}),
  period,
  proofFiles: [],
  anchor,
};

/** Calm, but for these reasons. */
function doubting(
  state: "suspect" | "stale",
  doubts: readonly (readonly [CheckCode, string, string | null])[],
): World {
  return {
    ...calm,
    trust: {
      ...trust,
      state,
      checkedUpTo: NOW - 3 * 60 * MINUTE_MS,
      reasons: doubts.map(([code, detail, workspace], index) => ({
        code,
        state,
        workspace,
        since: NOW - (20 + index) * MINUTE_MS,
        detail,
      })),
    },
    periods: periodsWith(state === "suspect" ? { 2: state, 3: state } : {}),
  };
}

const red: World = {
  ...calm,
  workspaces: workspaces.map((workspace, index) =>
    index === 0 ? { ...workspace, state: "contradiction", isWritePaused: true } : workspace,
  ),
  trust: {
    ...trust,
    state: "contradiction",
    reasons: [
      {
        code: "E3",
        state: "contradiction",
        workspace: "a1",
        since: NOW - 44 * MINUTE_MS,
        detail: "contradiction",
      },
    ],
  },
  periods: periodsWith({ 5: "contradiction", 6: "suspect", 21: "other" }),
  proofFiles: [
    {
      id: "p1",
      kind: "contradiction",
      accused: "instance",
      workspace: "a1",
      workspaceName: "Client Delaunay",
      epoch: 8_144,
      foundAt: NOW - 44 * MINUTE_MS,
    },
  ],
};

export const worlds = {
  calm,
  red,
  new: {
    ...calm,
    device: { ...device, phase: "empty", organizationName: null, userName: null },
    workspaces: [],
  },
  damaged: { ...calm, device: { ...device, phase: "empty", problem: damage } },
  failing: { ...calm, device: { ...device, problem: { type: "StorageFull", where: "device" } } },
  first: { ...calm, workspaces: [], periods: [], device: { ...device, isRecoveryKitConfirmed: false } },
  locked: { ...calm, device: { ...device, phase: "locked" } },
  clockOff: {
    ...calm,
    device: { ...device, phase: "empty", organizationName: null, userName: null },
    workspaces: [],
    creationError: { type: "ClockOff", clock: "device", aheadMs: -3 * 60 * MINUTE_MS },
  },
  withheld: doubting("suspect", [
    ["E6", "ProofsWithheld: replay", "a1"],
    ["I3", "ProofsWithheld: entries", "b2"],
    ["E1", "ProofsWithheld: seal", "a1"],
  ]),
  older: doubting("suspect", [
    ["E3", "ServerOlder", null],
    ["E3", "LedgerEpochsShrank", null],
  ]),
  clocks: doubting("stale", [["E5", "ClockOff:ledger:7200000", null]]),
  troubled: { ...calm, transfers: troubledTransfers },
  busy: { ...calm, transfers: busyTransfers },
  empty: { ...calm, entries: [] },
  waiting: {
    ...calm,
    workspaces: workspaces.slice(0, 1).map((workspace) => ({ ...workspace, state: "pending" as const })),
    entries: entries.slice(4, 7).map((item) => ({ ...item, state: "recorded" as const })),
    trust: { ...trust, state: "pending", checkedUpTo: null, isLocalLedger: true, devicesKnown: 1 },
    periods: periodsWith({})
      .slice(-2)
      .map((shown) => ({
        ...shown,
        lanes: { device: "pending", record: "pending", seal: "pending" } as const,
        state: "pending" as const,
        sealedAt: null,
      })),
  },
  partial: {
    ...calm,
    trust: {
      ...trust,
      state: "partial",
      reasons: [
        {
          code: "E1",
          state: "partial",
          workspace: "b2",
          since: NOW - 6 * MINUTE_MS,
          detail: "JournalIncomplete",
        },
      ],
    },
  },
  stale: {
    ...calm,
    trust: {
      ...trust,
      state: "stale",
      checkedUpTo: NOW - 3 * 60 * MINUTE_MS,
      reasons: [
        {
          code: "E5",
          state: "stale",
          workspace: null,
          since: NOW - 3 * 60 * MINUTE_MS,
          detail: "LedgerSilent",
        },
      ],
    },
  },
  expired: {
    ...calm,
    trust: {
      ...trust,
      state: "stale",
      checkedUpTo: NOW - 40 * DAY_MS,
      reasons: [
        {
          code: "E3",
          state: "stale",
          workspace: null,
          since: NOW - 2 * MINUTE_MS,
          detail: "TrustExpired",
        },
      ],
    },
  },
  odd: {
    ...calm,
    workspaces: [
      {
        id: "a1",
        name: `Marchetti ${"and sons ".repeat(9)}`,
        role: "owner",
        state: "suspect",
        isWritePaused: true,
        hasUnsentEdits: false,
        setAsideEdits: 2,
        unsentBecause: null,
      },
      ...workspaces.slice(1),
    ],
    entries: [
      "🧾 receipt 👩‍⚖️.txt",
      "חוזה סופי.txt",
      "عقد نهائي.pdf",
      `${"n".repeat(251)}.txt`,
      "  two spaces in front",
      "a\u202Egpj.exe",
      "quote'\"<&>.txt",
      "CON",
      "1",
    ].map((name, index) => entry(name, index, 1_000 * index + 1, index === 3 ? { state: "local" } : {})),
  },
  offline: { ...calm, device: { ...device, isOnline: false }, trust: { ...trust, state: "stale" } },
  suspect: {
    ...calm,
    workspaces: workspaces.map((workspace, index) =>
      index === 0 ? { ...workspace, state: "suspect", isWritePaused: true } : workspace,
    ),
    trust: {
      ...trust,
      state: "suspect",
      isLocalLedger: true,
      reasons: [{ code: "E1", state: "suspect", workspace: "a1", since: NOW - 30 * MINUTE_MS, detail: "" }],
    },
    periods: periodsWith({ 3: "suspect", 4: "suspect" }),
  },
  many: {
    ...calm,
    entries: Array.from({ length: 20_000 }, (_, index) =>
      entry(`Scan ${index + 1}.pdf`, index % 90, 90_000 + index * 311),
    ),
  },
} satisfies Record<string, World>;
