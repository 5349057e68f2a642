/** What the page tells the benchmark, by POST to the address in its fragment. */
export type PageReport =
  | { readonly type: "measured"; readonly name: Measure; readonly round: number; readonly ms: number }
  /** Marks for the memory that is watched from outside. */
  | { readonly type: "begin" | "end"; readonly name: Measure; readonly round: number }
  | { readonly type: "longTasks"; readonly name: Measure; readonly durationsMs: readonly number[] }
  | { readonly type: "requests"; readonly name: Measure; readonly count: number }
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly detail: string };

export type Measure = `${"plain" | "ours"} ${"upload" | "download"} ${"large" | "small"}`;

export interface PagePlan {
  readonly largeBytes: number;
  readonly smallFiles: number;
  readonly rounds: number;
}

/** From a worker that handles blocks: how the plain transfers get past the server's door. */
export const TOKEN_CHANNEL = "bench-token";
export interface TokenMessage {
  readonly api: string;
  readonly token: Uint8Array;
}
