import * as v from "valibot";

const measureSchema = v.picklist([
  "plain upload large",
  "ours upload large",
  "plain download large",
  "ours download large",
  "plain upload small",
  "ours upload small",
  "plain download small",
  "ours download small",
  "plain upload tree",
  "ours upload tree",
  "plain download tree",
  "ours download tree",
]);
export type Size = "large" | "small" | "tree";
export type Measure = v.InferOutput<typeof measureSchema>;

/** What the page tells the benchmark, by POST to the address in its fragment. */
const pageReportSchema = v.variant("type", [
  v.object({ type: v.literal("begin"), name: measureSchema }),
  v.object({
    type: v.literal("measured"),
    name: measureSchema,
    ms: v.number(),
    /** From the last byte to the end: of an upload the second reading and the commit. */
    afterwardsMs: v.number(),
    longTasksMs: v.array(v.number()),
  }),
  /** The page waits for the folder that is to be dropped onto it. */
  v.object({ type: v.literal("awaitsDrop") }),
  v.object({ type: v.literal("finished") }),
  v.object({ type: v.literal("failed"), detail: v.string() }),
]);
export type PageReport = v.InferOutput<typeof pageReportSchema>;

const pagePlanSchema = v.object({ largeBytes: v.number(), smallFiles: v.number(), rounds: v.number() });
export type PagePlan = v.InferOutput<typeof pagePlanSchema>;

export const parseReport = v.parser(v.pipe(v.string(), v.parseJson(), pageReportSchema));
export const parsePlan = v.parser(v.pipe(v.string(), v.parseJson(), pagePlanSchema));
/** Only to be written again with one more field. */
export const parseObject = v.parser(v.pipe(v.string(), v.parseJson(), v.looseObject({})));

/** From a worker that handles blocks: how the plain transfers get past the server's door. */
export const TOKEN_CHANNEL = "bench-token";
export interface TokenMessage {
  readonly api: string;
  readonly token: Uint8Array;
}
