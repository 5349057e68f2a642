/** One line of `npm run bench`'s table: a promise of the design held against a measurement. */
export interface BenchRow {
  readonly name: string;
  /** Holdfast's own figure, with its unit. */
  readonly ours: string;
  /** What it is held against, measured in the same run, with its figure. */
  readonly comparedWith: string;
  /** As the target counts it; null where the target is an absolute figure. */
  readonly ratio: number | null;
  /** Null where a figure is only reported. */
  readonly target: string | null;
  readonly isReached: boolean | null;
}

/** Fewer repetitions and smaller samples: shows that a benchmark runs, gives no figure to publish. */
export const IS_QUICK = process.env["BENCH_QUICK"] === "1";

/** To `npm run bench` when it started this process, else to the terminal. Called once, at a benchmark's end. */
export function reportRows(rows: readonly BenchRow[]): void {
  if (process.send) process.send(rows);
  else process.stdout.write(`${formatTable(rows)}\n`);
}

export function formatTable(rows: readonly BenchRow[]): string {
  const lines = [
    ["what", "ours", "compared with", "ratio", "target", "reached"],
    ...rows.map(({ name, ours, comparedWith, ratio, target, isReached }) => [
      name,
      ours,
      comparedWith,
      ratio === null ? "" : formatRatio(ratio),
      target ?? "",
      isReached === null ? "" : isReached ? "yes" : "NO",
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [text[0], widths.map((width) => "-".repeat(width)).join("  "), ...text.slice(1)].join("\n");
}

function formatRatio(ratio: number): string {
  return ratio >= 100 ? Math.round(ratio).toLocaleString("en") : ratio.toPrecision(3);
}
