import { createRoot } from "react-dom/client";
import type { DeviceEngine, WorkspaceSummary } from "#client/engine.ts";
import { createEngine } from "#client/engine-main.ts";
import { transferPage } from "#client/transfer/page/transfer-page.ts";
import { unwrap } from "#protocol/result.ts";
import { EngineProvider, useToasts } from "#ui/engine-context.tsx";
import { FilesScreen } from "#ui/files/files-screen.tsx";
import { LocaleProvider } from "#ui/i18n/locale-provider.tsx";
import { ToastRegion } from "#ui/kit/toast-region.tsx";
import { type ListReport, type ListStep, parseSizes } from "./messages.ts";

/** Makes folders of many entries through the engine, then does with each what a person does, and times it. */
const fragment = new URLSearchParams(location.hash.slice(1));
const collector = fragment.get("collector") ?? "";
const sizes = parseSizes(fragment.get("sizes") ?? "");
const TARGET = "Target";

const tasks: number[] = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
  type: "longtask",
});

void run().then(
  () => report({ type: "finished" }),
  (error: unknown) =>
    report({ type: "failed", detail: error instanceof Error ? `${error.stack}` : JSON.stringify(error) }),
);

async function run(): Promise<void> {
  const engine = createEngine({ page: transferPage });
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
  const workspace = unwrap(await engine.createWorkspace("Bench"));
  for (const entries of sizes) {
    const folder = unwrap(await engine.createFolder(workspace.id, null, `${entries}`)).id;
    unwrap(await engine.createFolder(workspace.id, folder, TARGET));
    await fill(engine, workspace.id, folder, entries);
    await measureFolder(engine, workspace, folder, entries);
  }
}

async function fill(engine: DeviceEngine, workspace: string, folder: string, entries: number): Promise<void> {
  const sources = Array.from({ length: entries }, (_, index) => {
    const name = `Scan ${((index * 7919) % entries) + 1}.txt`;
    const content = "x".repeat((index * 31) % 97);
    return {
      kind: "file",
      file: new File([content], name, { lastModified: 1_700_000_000_000 + index * 60_000 }),
      path: name,
    } as const;
  });
  unwrap(await engine.upload(workspace, folder, sources));
  for (;;) {
    const { items } = await engine.transfers();
    const failed = items.find(({ state }) => state === "failed");
    if (failed) throw new Error(JSON.stringify(failed));
    if (items.length > 0 && items.every(({ state }) => state === "done")) break;
    await nextEvent(engine);
  }
  await engine.clearFinishedTransfers();
}

async function measureFolder(
  engine: DeviceEngine,
  workspace: WorkspaceSummary,
  folder: string,
  entries: number,
): Promise<void> {
  const place = document.body.appendChild(document.createElement("main"));
  place.className = "flex h-dvh flex-col";
  const root = createRoot(place);
  const measure = async (step: ListStep, act: () => void | Promise<void>, isDone: () => boolean) => {
    await restful();
    tasks.length = 0;
    const startedAt = performance.now();
    await act();
    await until(isDone);
    const ms = performance.now() - startedAt;
    // A long task is told some time after its end.
    await restful();
    await report({ type: "measured", entries, step, ms, longestTaskMs: Math.max(0, ...tasks) });
  };
  const all = entries + 1;
  await measure(
    "list",
    () =>
      root.render(
        <LocaleProvider>
          <EngineProvider engine={engine}>
            <FilesScreen workspace={workspace} folderId={folder} />
            <Toasts />
          </EngineProvider>
        </LocaleProvider>,
      ),
    () => rowCount() === all,
  );
  for (const [column, step] of SORTS) {
    await measure(
      step,
      () => click("[role=columnheader] button", column),
      () => sortedBy() === column,
    );
  }
  const selectFiles = async () => {
    document.querySelector<HTMLElement>("[data-key]")?.focus();
    press("a", { ctrlKey: true });
    await until(() => selectedCount() === rowCount());
  };
  await measure(
    "select all",
    () => press("a", { ctrlKey: true }),
    () => selectedCount() === all,
  );

  // All but the folder that they go to: everything, and the folder taken out again.
  await selectFiles();
  const target = [...document.querySelectorAll<HTMLElement>("[data-key]")].find((row) =>
    row.textContent.includes(TARGET),
  );
  target?.focus();
  press(" ", { ctrlKey: true });
  await until(() => selectedCount() === entries);
  click("[role=toolbar] button", "Move to…");
  await until(
    () => document.querySelector("[role=dialog] [data-key]") !== null || hasText("No folders here"),
  );
  await engineMove(measure, target?.dataset["key"] ?? "", all);

  await selectFiles();
  await measure(
    "trash",
    () => press("Delete"),
    () => rowCount() === 0,
  );
  await measure(
    "undo the trash",
    () => click("button", "Undo"),
    () => rowCount() === all,
  );
  root.unmount();
  place.remove();
}

/** By the folder picker: into the target, "Move here", and back by the toast. */
async function engineMove(
  measure: (step: ListStep, act: () => void, isDone: () => boolean) => Promise<void>,
  target: string,
  all: number,
): Promise<void> {
  document.querySelector<HTMLElement>(`[role=dialog] [data-key="${target}"]`)?.click();
  await until(() => hasText("No folders here"));
  await measure(
    "move",
    () => click("[role=dialog] button", "Move here"),
    () => rowCount() === 1,
  );
  await measure(
    "undo the move",
    () => click("button", "Undo"),
    () => rowCount() === all,
  );
}

function Toasts() {
  return <ToastRegion queue={useToasts()} />;
}

const SORTS = [
  ["Size", "sort by size"],
  ["Modified", "sort by date"],
  ["Name", "sort by name"],
] as const;

function rowCount(): number {
  const grid = document.querySelector("main [role=grid]");
  if (grid === null) return document.body.textContent.includes("This folder is empty") ? 0 : -1;
  return Number(grid.getAttribute("aria-rowcount")) - 1;
}

function selectedCount(): number {
  const words = document.querySelector("[role=toolbar]")?.textContent.match(/([\d,]+) items? selected/)?.[1];
  return words === undefined ? 0 : Number(words.replaceAll(",", ""));
}

function sortedBy(): string | undefined {
  return document.querySelector("[role=columnheader]:not([aria-sort=none])")?.textContent;
}

function hasText(text: string): boolean {
  return document.body.textContent.includes(text);
}

function click(selector: string, text: string): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => element.textContent === text,
  );
  if (found === undefined) throw new Error(`nothing to press: ${text}`);
  found.click();
}

function press(key: string, keys: KeyboardEventInit = {}): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...keys });
  (document.activeElement ?? document.body).dispatchEvent(event);
}

/** Looks at every frame, as a person would see it. */
async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await frame();
  await frame();
}

async function restful(): Promise<void> {
  for (let frames = 0; frames < 12; frames++) await frame();
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

function nextEvent(engine: DeviceEngine): Promise<void> {
  return new Promise((resolve) => {
    const end = engine.subscribe(() => {
      end();
      resolve();
    });
    setTimeout(resolve, 500);
  });
}

async function report(message: ListReport): Promise<void> {
  await fetch(collector, { method: "POST", body: JSON.stringify(message) });
}
