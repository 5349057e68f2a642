import { err, ok } from "#protocol/result.ts";
import type { TransferHost, TransferPart } from "../engine-parts.ts";
import { Downloads } from "./download/downloads.ts";
import type { Timer, TransferPorts } from "./ports.ts";
import { RequestGate } from "./request-gate.ts";
import { SPEED_WINDOW_MS, SpeedWindow } from "./speed.ts";
import { TransferFailure } from "./transfer-failure.ts";
import { summarize } from "./transfer-summary.ts";
import { Uploads } from "./upload/uploads.ts";

/** Browsers open six connections to an origin over HTTP/1.1: one carries events, one stays for operations. */
const MAX_REQUESTS = 4;
const EVENT_INTERVAL_MS = 200;
/** How often the leading tab looks for uploads whose tab is gone. */
const ADOPT_INTERVAL_MS = 10_000;

/** What transfers need of the engine. They call no command themselves: blocks go through the pool. */
export type TransferEngine = Pick<
  TransferHost,
  "suite" | "randomBytes" | "now" | "locks" | "rows" | "files" | "emit"
>;

export function createTransferPart(host: TransferEngine, ports: TransferPorts): TransferPart {
  const speed = new SpeedWindow(host.now);
  const tell = (): void => host.emit({ type: "transfers" });
  const tellOfStandstill = throttle(ports.timer, SPEED_WINDOW_MS, () => {
    tell();
    if (speed.bytesPerSecond() > 0) tellOfStandstill();
  });
  const changed = throttle(ports.timer, EVENT_INTERVAL_MS, () => {
    tell();
    tellOfStandstill();
  });
  const gate = new RequestGate({
    timer: ports.timer,
    random: () => (host.randomBytes(1)[0] ?? 0) / 256,
    maxRequests: MAX_REQUESTS,
    onChange: () => {
      uploads.pump();
      changed();
    },
  });
  const shared = { engine: host, ports, gate, speed, onChange: changed, onOver: tell };
  const uploads: Uploads = new Uploads(shared);
  const downloads = new Downloads(shared);

  return {
    upload: async (workspace, folder, sources) => {
      await uploads.start(workspace, folder, sources);
      return ok(null);
    },
    transfers: async () =>
      summarize({
        jobs: uploads.jobs,
        downloads: downloads.all,
        isPaused: gate.isPaused,
        waitsFor: gate.waitsFor,
        bytesPerSecond: speed.bytesPerSecond(),
      }),
    pauseTransfers: async () => {
      gate.pause();
      speed.clear();
    },
    resumeTransfers: async () => gate.resume(),
    cancelTransfer: async (id) => {
      downloads.cancel(id);
      await uploads.cancel(id);
    },
    retryTransfer: async (id) => {
      gate.resume();
      await downloads.retry(id);
      await uploads.retry(id);
    },
    clearFinishedTransfers: async () => {
      downloads.clearFinished();
      uploads.clearFinished();
    },
    download: (workspace, chosen, parent) => downloads.start({ kind: "entries", workspace, chosen, parent }),
    saveSetAside: (workspace, edit) => downloads.start({ kind: "setAside", workspace, edit }),
    readFile: async (workspace, file, version, maxBytes) => {
      const opened = await host.files.openFiles(workspace, [{ file, version }]);
      if (!opened.ok) return opened;
      const manifest = opened.value[0]?.manifest;
      if (manifest === undefined) return err({ type: "NotFound" });
      if (manifest.sizeBytes > maxBytes) return err({ type: "TooLarge", maxBytes });
      try {
        const { name, mimeHint } = manifest;
        return ok({ name, mimeHint, bytes: await downloads.read(manifest) });
      } catch (error) {
        if (error instanceof TransferFailure) return err(error.error);
        throw error;
      }
    },
    lead: async (signal) => {
      while (!signal.aborted) {
        await uploads.adopt(signal);
        await new Promise<void>((resolve) => {
          const stop = ports.timer.after(ADOPT_INTERVAL_MS, "time", resolve);
          signal.addEventListener(
            "abort",
            () => {
              stop();
              resolve();
            },
            { once: true },
          );
        });
      }
    },
    stop: async () => {
      gate.stop();
      uploads.stop();
      downloads.stop();
      ports.blocks.stop();
    },
  };
}

/** At most one call in each interval, the last one never lost. */
function throttle(timer: Timer, intervalMs: number, call: () => void): () => void {
  let isPending = false;
  return () => {
    if (isPending) return;
    isPending = true;
    timer.after(intervalMs, "time", () => {
      isPending = false;
      call();
    });
  };
}
