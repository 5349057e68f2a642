/** What the page of `replay-browser` reports. */
export interface ReplayReport {
  /** Of the whole sample, round by round. */
  readonly replayMs: readonly number[];
  readonly epochsMs: readonly number[];
  /** Tasks of the page's own thread over 50 ms while the worker replayed. */
  readonly longTasksMs: readonly number[];
  /** The same while the worker did nothing: what the machine does to a page anyway. */
  readonly idleLongTasksMs: readonly number[];
  /** That a task made long on purpose was seen: else the line above would mean nothing. */
  readonly isObserverAwake: boolean;
  /** Frames that the page drew meanwhile. */
  readonly frames: number;
}

/** From the worker: when it is loaded and rests, when it starts to replay, and once it is done. */
export type WorkerMessage =
  | { readonly type: "rests" }
  | { readonly type: "begins" }
  | ({ readonly type: "done" } & Pick<ReplayReport, "replayMs" | "epochsMs">);

export const EPOCHS = 1000;

/** Throws unless it is one. */
export function parseReport(text: string): ReplayReport {
  const report: unknown = JSON.parse(text);
  if (!isReport(report)) throw new Error(`not a report: ${text}`);
  return report;
}

function isReport(value: unknown): value is ReplayReport {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map(Object.entries(value));
  const areNumbers = ["replayMs", "epochsMs", "longTasksMs", "idleLongTasksMs"].every((name) => {
    const numbers: unknown = fields.get(name);
    return Array.isArray(numbers) && numbers.every((number) => typeof number === "number");
  });
  return (
    areNumbers &&
    typeof fields.get("isObserverAwake") === "boolean" &&
    typeof fields.get("frames") === "number"
  );
}
