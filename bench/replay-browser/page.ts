import type { ReplayReport, WorkerMessage } from "./messages.ts";

/** Draws frame after frame while the worker replays, and watches its own thread for tasks over 50 ms. */
const MADE_LONG_MS = 120;

const longTasks: PerformanceEntry[] = [];
let heard: () => void = () => undefined;
const observer = new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries());
  heard();
});
observer.observe({ type: "longtask" });
let frames = 0;
const draw = (): void => {
  frames += 1;
  document.title = `${frames} frames`;
  requestAnimationFrame(draw);
};
requestAnimationFrame(draw);

let restMs = Number.POSITIVE_INFINITY;
let beginMs = Number.POSITIVE_INFINITY;
const worker = new Worker(`/replay.worker.js${location.search}`, { type: "module" });
worker.onerror = ({ message }) => void send("/failed", message);
worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
  if (data.type === "rests") {
    restMs = performance.now();
    return;
  }
  if (data.type === "begins") {
    beginMs = performance.now();
    frames = 0;
    return;
  }
  const { replayMs, epochsMs } = data;
  // Entries of the last moments are delivered before the task made long is.
  setTimeout(() => {
    const longTasksMs = longTasksBetween(beginMs, performance.now());
    const idleLongTasksMs = longTasksBetween(restMs, beginMs);
    const known = longTasks.length;
    const drawn = frames;
    heard = () => {
      const isObserverAwake = longTasks.slice(known).some(({ duration }) => duration >= MADE_LONG_MS);
      report({ replayMs, epochsMs, longTasksMs, idleLongTasksMs, isObserverAwake, frames: drawn });
    };
    const untilMs = performance.now() + MADE_LONG_MS;
    while (performance.now() < untilMs);
  }, 500);
};

function longTasksBetween(fromMs: number, untilMs: number): number[] {
  return longTasks
    .filter(({ startTime }) => startTime >= fromMs && startTime < untilMs)
    .map(({ duration }) => duration);
}

let isReported = false;
function report(measured: ReplayReport): void {
  if (isReported) return;
  isReported = true;
  void send("/report", JSON.stringify(measured));
}

async function send(path: string, body: string): Promise<void> {
  await fetch(path, { method: "POST", body });
}
