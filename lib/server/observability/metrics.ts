import { Counter, Gauge, Histogram, Registry } from "prom-client";

/**
 * What an operator watches, in Prometheus' terms. Labels are closed lists: nothing that a caller sends becomes
 * one, and none names a person, a device or a log.
 */
export interface Metrics {
  readonly request: (command: string, reply: string, durationMs: number) => void;
  /** One transaction of the writer: how many records it held. */
  readonly groupCommitted: (records: number, durationMs: number) => void;
  readonly blocksStored: (count: number, sizeBytes: number) => void;
  readonly blockDamaged: () => void;
  readonly seal: (result: string) => void;
  readonly sealStep: (step: string) => void;
  readonly epochs: (open: number, anchoredAtMs: number) => void;
  readonly turnedAway: () => void;
  /** The text of `/metrics`. */
  readonly read: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createMetrics(gauges: { readonly openStreams: () => number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "holdfast_request_duration_seconds",
    help: "Time from a request's last byte to its answer, by command and kind of reply.",
    labelNames: ["command", "reply"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const groupSizes = new Histogram({
    name: "holdfast_group_commit_records",
    help: "Records in one transaction of the writer.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const groupDurations = new Histogram({
    name: "holdfast_group_commit_duration_seconds",
    help: "Duration of one transaction of the writer, with the instance's memory synced.",
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
    registers,
  });
  const blocks = new Counter({ name: "holdfast_blocks_stored_total", help: "Blocks taken in.", registers });
  const blockBytes = new Counter({
    name: "holdfast_block_bytes_stored_total",
    help: "Bytes of blocks taken in.",
    registers,
  });
  const damaged = new Counter({
    name: "holdfast_blocks_damaged_total",
    help: "Blocks found changed on disk. Anything but 0 needs a look at the disk.",
    registers,
  });
  const seals = new Counter({
    name: "holdfast_seals_total",
    help: "Attempts to seal an epoch, by result.",
    labelNames: ["result"],
    registers,
  });
  const sealSteps = new Counter({
    name: "holdfast_seal_steps_total",
    help: "Steps of seals that became durable.",
    labelNames: ["step"],
    registers,
  });
  const openEpoch = new Gauge({ name: "holdfast_open_epoch", help: "The open epoch.", registers });
  const anchoredAt = new Gauge({
    name: "holdfast_last_anchored_timestamp_seconds",
    help: "When this server last saw an epoch anchored; alert when it is old.",
    registers,
  });
  const turnedAway = new Counter({
    name: "holdfast_requests_turned_away_total",
    help: "Requests not served because their address had sent too many.",
    registers,
  });
  new Gauge({
    name: "holdfast_event_streams",
    help: "Open event streams.",
    registers,
    collect() {
      this.set(gauges.openStreams());
    },
  });
  return {
    request: (command, reply, durationMs) => requests.observe({ command, reply }, durationMs / 1000),
    groupCommitted: (count, durationMs) => {
      groupSizes.observe(count);
      groupDurations.observe(durationMs / 1000);
    },
    blocksStored: (count, sizeBytes) => {
      blocks.inc(count);
      blockBytes.inc(sizeBytes);
    },
    blockDamaged: () => damaged.inc(),
    seal: (result) => seals.inc({ result }),
    sealStep: (step) => sealSteps.inc({ step }),
    epochs: (open, anchoredAtMs) => {
      openEpoch.set(open);
      anchoredAt.set(anchoredAtMs / 1000);
    },
    turnedAway: () => turnedAway.inc(),
    read: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
