import type { DeviceEngine, UploadSource } from "#client/engine.ts";
import { createEngine } from "#client/engine-main.ts";
import { openServiceWorkerTarget } from "#client/transfer/page/service-worker-target.ts";
import { transferPage } from "#client/transfer/page/transfer-page.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { unwrap } from "#protocol/result.ts";
import { type Measure, type PageReport, parsePlan, TOKEN_CHANNEL, type TokenMessage } from "./messages.ts";
import type { PlainReply, PlainRequest } from "./plain.worker.ts";
import { createFiles, droppedFolder, filesOf, removeFiles } from "./test-files.ts";

/** Runs in a Chromium that nobody drives: a driver's own copies of the bodies would be measured instead. */
const fragment = new URLSearchParams(location.hash.slice(1));
const collector = fragment.get("collector") ?? "";
const plan = parsePlan(fragment.get("plan") ?? "");

const longTasks: number[] = [];
new PerformanceObserver((list) =>
  longTasks.push(...list.getEntries().map(({ duration }) => duration)),
).observe({
  type: "longtask",
});

void run().then(
  () => report({ type: "finished" }),
  (error: unknown) =>
    report({ type: "failed", detail: error instanceof Error ? `${error.stack}` : JSON.stringify(error) }),
);

async function run(): Promise<void> {
  const engine = createEngine({ page: transferPage });
  const token = receiveToken();
  unwrap(
    await engine.createOrganization(
      {
        organizationName: "Bench",
        userName: "Bench",
        deviceLabel: "Bench",
        passphrase: "correct horse battery staple",
        bootstrapToken: null,
      },
      () => undefined,
    ),
  );
  const workspace = unwrap(await engine.createWorkspace("Bench")).id;
  // The first request of a worker opens the session that the plain transfers use too.
  await upload(engine, workspace, [{ kind: "file", file: new File(["x"], "first.txt"), path: "first.txt" }]);
  const access = await token;

  for (const size of ["large", "small", "tree"] as const) {
    for (let round = 0; round < (size === "tree" ? 1 : plan.rounds); round++) {
      const name = `${size}-${round}`;
      // New content each time: plain bytes that the server has already it would not store again.
      const source = await (size === "tree" ? awaitDrop() : createFiles(size, plan));
      let ids: readonly Bytes[] = [];
      let files: readonly File[] = [];
      await measure(`plain upload ${size}`, async () => {
        // Both begin with what a person has dropped.
        files = await filesOf(source);
        ids = await plain({ type: "upload", files, ...access });
        return undefined;
      });
      const folder = unwrap(await engine.createFolder(workspace, null, name)).id;
      await measure(`ours upload ${size}`, () =>
        upload(engine, workspace, [{ kind: "handle", handle: source }], folder),
      );
      const [entry] = unwrap(await engine.folder(workspace, folder)).entries;
      await measure(`plain download ${size}`, async () => {
        const sizeBytes = files.reduce((sum, file) => sum + file.size, 0);
        const target = await openServiceWorkerTarget({ name: `plain-${name}`, sizeBytes });
        if (target.kind !== "pull") throw new Error(JSON.stringify(target));
        await plain({ type: "download", ids, port: target.port, size, ...access }, [target.port]);
        return undefined;
      });
      await measure(`ours download ${size}`, async () => {
        unwrap(await engine.download(workspace, [entry?.id ?? ""], folder));
        return over(engine);
      });
      if (size !== "tree") await removeFiles(size);
    }
  }
}

async function awaitDrop(): Promise<FileSystemHandle> {
  const dropped = droppedFolder();
  await report({ type: "awaitsDrop" });
  return dropped;
}

/** `work` answers when all bytes had been transferred, where that is known. */
async function measure(name: Measure, work: () => Promise<number | undefined>): Promise<void> {
  await report({ type: "begin", name });
  longTasks.length = 0;
  const startedAt = performance.now();
  const transferredAt = await work();
  const endedAt = performance.now();
  const ms = endedAt - startedAt;
  const afterwardsMs = endedAt - (transferredAt ?? endedAt);
  await report({ type: "measured", name, ms, afterwardsMs, longTasksMs: [...longTasks] });
}

async function upload(
  engine: DeviceEngine,
  workspace: string,
  sources: readonly UploadSource[],
  folder: string | null = null,
): Promise<number | undefined> {
  unwrap(await engine.upload(workspace, folder, sources));
  return over(engine);
}

/** Waits for the end of all transfers, then clears the list. Answers when the last byte was transferred. */
async function over(engine: DeviceEngine): Promise<number | undefined> {
  let transferredAt: number | undefined;
  for (;;) {
    const { items, doneBytes, totalBytes } = await engine.transfers();
    if (totalBytes > 0 && doneBytes === totalBytes) transferredAt ??= performance.now();
    const failed = items.find(({ state }) => state === "failed");
    if (failed) throw new Error(JSON.stringify(failed));
    if (items.length > 0 && items.every(({ state }) => state === "done")) break;
    await new Promise<void>((resolve) => {
      const end = engine.subscribe(({ type }) => {
        if (type !== "transfers") return;
        end();
        resolve();
      });
      setTimeout(resolve, 500);
    });
  }
  await engine.clearFinishedTransfers();
  return transferredAt;
}

function receiveToken(): Promise<TokenMessage> {
  const channel = new BroadcastChannel(TOKEN_CHANNEL);
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<TokenMessage>) => resolve(data);
  });
}

function plain(request: PlainRequest, transfer: readonly Transferable[] = []): Promise<readonly Bytes[]> {
  const worker = new Worker("/plain.worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<PlainReply>) => {
      worker.terminate();
      resolve(data.ids);
    };
    worker.postMessage(request, [...transfer]);
  });
}

async function report(message: PageReport): Promise<void> {
  await fetch(collector, { method: "POST", body: JSON.stringify(message) });
}
