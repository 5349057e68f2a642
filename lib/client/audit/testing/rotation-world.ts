import { LogReplay } from "#protocol/log/replay.ts";
import { sealedHash } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { ok, unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { createJournal } from "../../journal/journal.ts";
import { createMirror } from "../../journal/mirror.ts";
import { createSealedRows, putRow } from "../../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../../storage/testing/memory-row-store.ts";
import type { AuditContext } from "../audit-context.ts";
import { createReplayRotation, type ReplayLimits } from "../replay-rotation.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type ProgressRow } from "../tables.ts";

const PROGRESS_ROW: ProgressRow = {
  v: 1,
  fromEpoch: 0,
  isFromBirth: true,
  verifiedEpoch: 6,
  incompleteThrough: null,
  checkedAt: 0,
  replayedSize: 0,
  isReplayFull: false,
};

/** Of the two commands that a rotation sends. */
interface Request {
  readonly from: number;
  readonly to: number;
  readonly fromSize: number;
}

/** A workspace's log, a device that keeps its checkpoints, and what the device asks the server for. */
export async function createRotationWorld() {
  const world = createMemoryWorld(suite);
  const { workspace, organization, instanceKey } = world;
  const { id: log } = workspace.identity;
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const rows = createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32));
  await rows.write([putRow(PROGRESS, [log], PROGRESS_ROW)]);
  const fetched: number[] = [];

  /** The device has checked that this was sealed. */
  const keepCheckpoint = async (size: number, epoch: number): Promise<CheckpointRow> => {
    const row: CheckpointRow = {
      v: 1,
      slot: { epoch, note: workspace.note(size), proof: { siblings: [], otherEntry: null } },
      size,
      root: workspace.tree.root(size),
      closedEpoch: epoch,
      epochLeaf: workspace.leaves[size - 1] ?? new Uint8Array(0),
      inclusionPath: workspace.tree.inclusionPath(size - 1, size),
    };
    await rows.write([putRow(CHECKPOINTS, [log, epoch], row)]);
    return row;
  };

  /** As after an unlock: nothing but rows is left of what was done before. */
  const open = () => {
    const replay = new LogReplay(suite, organization.identity, {
      organization: null,
      sealedHashAt: (epoch) => sealedHash(suite, epoch),
      isInstanceRegistered: () => true,
    });
    for (const leaf of organization.leaves) unwrap(replay.append(leaf));
    const entry = { key: instanceKey, fromEpoch: 0, retiredAt: null };
    const context = {
      host: {
        suite,
        rows,
        journal: createJournal(rows),
        emit: () => undefined,
        identity: { organization: organization.identity.id },
        organizationLog: { replay },
        ledger: {
          known: () => ({ sealedEpoch: 6, registry: [entry] }),
          epochs: async (epoch: number) => ok([{ epoch, hash: sealedHash(suite, epoch) }]),
        },
        sessions: {
          call: async ({ name }: { name: string }, request: Request) => {
            if (name === auditEpoch.name) {
              const consistencyPath = workspace.tree.consistencyPath(request.fromSize, workspace.size);
              return ok({ kind: "audited", body: { consistencyPath } });
            }
            fetched.push(request.from);
            return ok({ kind: "leaves", body: { leaves: workspace.leaves.slice(request.from, request.to) } });
          },
        },
      },
      mirror: createMirror(suite, rows),
      pause: async () => undefined,
    } as unknown as AuditContext;
    const createRotation = (limits?: ReplayLimits) => createReplayRotation(context, limits);
    return { context, createRotation };
  };
  return { ...world, log, rows, fetched, keepCheckpoint, open };
}
