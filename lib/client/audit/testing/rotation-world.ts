import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import { createScriptedLedger } from "../../ledger/testing/scripted-ledger.ts";
import { putRow } from "../../storage/sealed-rows.ts";
import { createMemoryRows } from "../../storage/testing/memory-rows.ts";
import { answer } from "../../transport/testing/answering-transport.ts";
import type { AuditContext } from "../audit-context.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type ProgressRow } from "../tables.ts";
import { createAuditContext } from "./audit-world.ts";

const NO_PROGRESS: Omit<ProgressRow, "verifiedEpoch" | "verifiedRoot"> = {
  v: 1,
  fromEpoch: 0,
  isFromBirth: true,
  incompleteThrough: null,
  checkedAt: 0,
  replayed: null,
  isReplayFull: false,
};

/** A workspace's log, a device that keeps its checkpoints, and which of its leaves the device asks the server for. */
export async function createRotationWorld(
  give: (leaves: readonly Bytes[]) => readonly Bytes[] = (leaves) => leaves,
) {
  const world = createMemoryWorld(suite);
  const { workspace, organization } = world;
  const { id: log } = workspace.identity;
  const rows = createMemoryRows(suite);
  const fetched: number[] = [];

  /** The device has checked that this was sealed. */
  const keepCheckpoint = async (size: number, epoch: number): Promise<CheckpointRow> => {
    const { inclusionPath, epochLeaf, note } = checkpointAt(size);
    const slot = { epoch, note, proof: NO_PROOF };
    const root = workspace.tree.root(size);
    const row: CheckpointRow = { v: 1, slot, size, root, closedEpoch: epoch, epochLeaf, inclusionPath };
    const before = (await rows.get(PROGRESS, log)) ?? NO_PROGRESS;
    await rows.write([
      putRow(CHECKPOINTS, [log, epoch], row),
      putRow(PROGRESS, [log], { ...before, verifiedEpoch: epoch, verifiedRoot: root }),
    ]);
    return row;
  };
  const checkpointAt = (size: number) => ({
    note: workspace.note(size),
    epochLeaf: workspace.leaves[size - 1] ?? new Uint8Array(0),
    inclusionPath: workspace.tree.inclusionPath(size - 1, size),
  });
  const answers = [
    answer(auditEpoch, ({ fromSizes }) => {
      const { size, tree } = workspace;
      const consistencyPaths = fromSizes.map((fromSize) => tree.consistencyPath(fromSize, size));
      const shown = { slotProof: NO_PROOF, consistencyPaths, entries: [], seal: NO_SEAL };
      return { kind: "audited", body: { ...checkpointAt(size), ...shown } };
    }),
    answer(readLeaves, ({ log: asked, from, to }) => {
      const isWorkspace = equalBytes(asked, log);
      if (isWorkspace) fetched.push(from);
      const { leaves } = isWorkspace ? workspace : organization;
      const wanted = leaves.slice(from, to);
      return { kind: "leaves", body: { leaves: isWorkspace ? give(wanted) : wanted } };
    }),
  ];

  /** Nothing but rows is left of what was done before. */
  const unlock = async (): Promise<AuditContext> => {
    const ledger = createScriptedLedger(world.instanceKey, { sealedEpoch: 6 });
    const context = createAuditContext(world, world.alice, { answers, rows, ledger });
    unwrap(await context.host.organizationLog.catchUp(organization.head));
    return context;
  };
  return { ...world, log, rows, fetched, keepCheckpoint, unlock };
}

const NO_PROOF = { siblings: [], otherEntry: null };
/** A rotation looks at nothing of an epoch but the log's own history. */
const NO_SEAL = { record: new Uint8Array(0), signatures: [] };
