import { createProductSuite } from "#crypto/product-suite.ts";
import { checkEpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import { checkEpoch } from "#protocol/log/check-epoch.ts";
import { checkOwnOperations, type OwnOperation } from "#protocol/log/check-own-operations.ts";
import { Person } from "#protocol/log/testing/memory-log.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { LongLog } from "./support/long-log.ts";
import { median, timeMs } from "./support/measure.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";
import { createSampleLog, createSampleReplay, WRITES_OF_TEN } from "./support/sample-log.ts";

/**
 * What it costs a device to check its own hundred operations in a log of a million leaves, from the bytes of the
 * server's one answer, against replaying that log. The answer and its proofs are those of a tree with a million
 * leaves and of a map with all their entries. The replay is measured on leaves that are signed and stamped for
 * real, fewer of them, and multiplied: in favour of the replay, whose every leaf costs more in a larger map.
 * The ledger's part, a constant, is left out on both sides. Run alone by `npx tsx bench/own-audit.ts`.
 */
const LEAVES = IS_QUICK ? 100_000 : 1_000_000;
const SAMPLE_LEAVES = IS_QUICK ? 3_000 : 30_000;
const OWN_OPERATIONS = 100;
const OTHER_LOGS = 1000;
const ROUNDS = IS_QUICK ? 2 : 5;
const AUDITS_A_ROUND = 5;
const TARGET = 100;

const suite = await createProductSuite();
const owner = new Person(suite, "owner");
const { log, operations, previous, relied } = createLogWithOwnOperations();
const { answer, epoch, epochRoot, seal } = log.audit([relied, previous.head], operations, OTHER_LOGS);
const registry = [{ key: log.instanceKey, origin: "", fromEpoch: 0, retiredAt: null }];
const reply = auditEpoch.encodeReply({ kind: "audited", body: { ...answer, seal } });
const sample = createSampleLog(suite, SAMPLE_LEAVES);
const identities = { organization: sample.organization.identity.id, workspace: sample.workspace.identity.id };

auditOwn();
const auditMs: number[] = [];
const replayMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (let count = 0; count < AUDITS_A_ROUND; count++) auditMs.push(timeMs(auditOwn));
  replayMs.push(timeMs(replaySample));
}
reportRows([timeRow(), bytesRow()]);

function auditOwn(): void {
  const parsed = unwrap(auditEpoch.parseReply(reply));
  if (parsed.kind !== "audited") throw new Error(parsed.kind);
  unwrap(checkEpochSeal(suite, parsed.body.seal, { epoch, record: seal.record }, registry));
  const checkpoint = unwrap(
    checkEpoch(suite, {
      log: log.id,
      epoch,
      epochRoot,
      instanceKeys: [log.instanceKey],
      relied: [relied],
      previous,
      answer: parsed.body,
    }),
  );
  const newest = operations.at(-1) ?? null;
  unwrap(checkOwnOperations(suite, checkpoint, owner.device, operations, newest));
}

function replaySample(): void {
  const replay = createSampleReplay(suite, identities, sample.organizationLeaves);
  for (const leaf of sample.leaves) unwrap(replay.append(leaf));
}

/** The own operations stand between foreign ones in the newest tenth of the log, which is one epoch. */
function createLogWithOwnOperations() {
  const log = new LongLog(suite, owner);
  const distance = LEAVES / 10 / (OWN_OPERATIONS + 1);
  log.growTo(LEAVES - LEAVES / 10 - 1);
  const previous = log.closeEpoch();
  const begin = log.size;
  const operations: OwnOperation[] = [];
  for (let count = 0; count < OWN_OPERATIONS; count++) {
    log.growTo(begin + Math.floor(distance * (count + 1)));
    const lastWrite = operations.findLast(({ read }) => read === null) ?? null;
    operations.push(count % 10 < WRITES_OF_TEN ? log.write(count % 2 === 0 ? null : lastWrite) : log.read());
  }
  const relied = log.head;
  log.growTo(LEAVES - 1);
  log.closeEpoch();
  return { log, operations, previous, relied };
}

function timeRow(): BenchRow {
  const leafUs = (1000 * median(replayMs)) / SAMPLE_LEAVES;
  const fullMs = (leafUs * LEAVES) / 1000;
  const ratio = fullMs / median(auditMs);
  return {
    name: `audit of ${OWN_OPERATIONS} own operations, log of ${LEAVES.toLocaleString("en")} leaves`,
    ours: `${median(auditMs).toFixed(1)} ms`,
    comparedWith: `full replay ${(fullMs / 1000).toFixed(0)} s (${leafUs.toFixed(0)} µs a leaf over ${SAMPLE_LEAVES.toLocaleString("en")}, extrapolated)`,
    ratio,
    target: `≥ ${TARGET}`,
    isReached: ratio >= TARGET,
  };
}

function bytesRow(): BenchRow {
  const leafBytes = sample.leaves.reduce((sum, leaf) => sum + leaf.length, 0) / sample.leaves.length;
  const fullBytes = leafBytes * LEAVES;
  return {
    name: "the same in bytes from the server",
    ours: `${(reply.length / 1000).toFixed(0)} kB`,
    comparedWith: `all leaves ${(fullBytes / 1e6).toFixed(0)} MB (${leafBytes.toFixed(0)} bytes a leaf, extrapolated)`,
    ratio: fullBytes / reply.length,
    target: null,
    isReached: null,
  };
}
