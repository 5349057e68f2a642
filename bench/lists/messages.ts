import * as v from "valibot";

export const STEPS = [
  "list",
  "select all",
  "sort by size",
  "sort by date",
  "sort by name",
  "move",
  "undo the move",
  "trash",
  "undo the trash",
] as const;

/** What the page tells the benchmark, by POST to the address in its fragment. */
const listReportSchema = v.variant("type", [
  v.object({
    type: v.literal("measured"),
    entries: v.number(),
    step: v.picklist(STEPS),
    ms: v.number(),
    /** Longest task of the page's thread meanwhile; 0 where none took 50 ms. */
    longestTaskMs: v.number(),
  }),
  v.object({ type: v.literal("finished") }),
  v.object({ type: v.literal("failed"), detail: v.string() }),
]);
export type ListReport = v.InferOutput<typeof listReportSchema>;
export type ListStep = (typeof STEPS)[number];

export const parseListReport = v.parser(v.pipe(v.string(), v.parseJson(), listReportSchema));
export const parseSizes = v.parser(v.pipe(v.string(), v.parseJson(), v.array(v.number())));
