import { unwrap } from "#protocol/result.ts";
import { createTestDevice, PASSPHRASE } from "../e2e/support/test-device.ts";
import { startTestProduct } from "../e2e/support/test-product.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";

/**
 * One folder with 20,000 files (BENCH_ENTRIES for another number), with the whole product behind it: how long a person
 * waits for the list, and for trashing, bringing back and moving all of them. Run alone by
 * `npx tsx bench/large-folder.ts`.
 */
const entries = Number(process.env["BENCH_ENTRIES"] ?? (IS_QUICK ? 2000 : 20_000));
const product = await startTestProduct();
const device = await createTestDevice(product.deployment);
const { engine, files } = await device.openTab();
const rows: BenchRow[] = [];

async function measure<T>(name: string, targetMs: number, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const processor = process.cpuUsage();
  const done = await work();
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(processor);
  rows.push({
    name: `${name} of ${entries} entries`,
    ours: `${Math.round(ms)} ms`,
    comparedWith: `${Math.round((user + system) / 1000)} ms of a processor, server included`,
    ratio: null,
    target: `< ${targetMs} ms`,
    isReached: ms < targetMs,
  });
  return done;
}

const owner = { organizationName: "Bench", userName: "Bench", deviceLabel: "Bench", bootstrapToken: null };
unwrap(await engine.createOrganization({ ...owner, passphrase: PASSPHRASE }, () => undefined));
const { id: workspace } = unwrap(await engine.createWorkspace("Bench"));
const { id: folder } = unwrap(await engine.createFolder(workspace, null, "full"));
const { id: target } = unwrap(await engine.createFolder(workspace, null, "target"));
const many = Array.from({ length: entries }, (_, index) => ({
  folder,
  file: null,
  modifiedAt: 5,
  manifest: { name: `document ${index}.pdf`, sizeBytes: 0, mimeHint: "application/pdf", blocks: [] },
}));
const ids = unwrap(await files().commitFiles(workspace, many)).map(({ id }) => id);
await engine.lock();
unwrap(await engine.unlock(PASSPHRASE));
await measure("first list after an unlock", 1000, () => engine.folder(workspace, folder));
await measure("list", 1000, () => engine.folder(workspace, folder));
const token = unwrap(await measure("trash", 3000, () => engine.remove(workspace, ids, folder)));
unwrap(await measure("undo", 3000, () => engine.undo(token)));
unwrap(await measure("move", 3000, () => engine.move(workspace, ids, folder, target)));
const listed = unwrap(await engine.folder(workspace, target)).entries.length;
await engine.lock();
await product.end();
if (listed !== entries) throw new Error(`${listed} of ${entries} entries were moved`);
reportRows(rows);
