import type { CryptoSuite } from "../../crypto/suite.ts";
import { unwrap } from "../../result.ts";
import { timeToNs } from "../comet-time.ts";
import { readArray, readField, readInt64, readJson, readObject, readText, readTime } from "../json-reader.ts";
import { parseJsonLightBlock } from "../parse-rpc.ts";
import type { LightBlock } from "../types.ts";
import { markVerified, type Verified } from "../verified.ts";
import { type TrustedState, verifyLightStep } from "../verify-step.ts";
import {
  difference,
  runCases,
  type VectorCase,
  type VectorFile,
  type VectorReport,
} from "./vector-report.ts";

interface MbtFile {
  readonly initial: Verified<TrustedState>;
  readonly trustingPeriodNs: bigint;
  readonly steps: readonly MbtStep[];
}

interface MbtStep {
  readonly untrusted: LightBlock;
  readonly nowNs: bigint;
  readonly verdict: string;
}

const ODDITIES = [
  "validator sets are not listed in canonical order: the parser sorts them",
  "absent validators carry the Unix epoch instead of Go's zero time: the parser takes either as no time",
];

/** Steps made by model checking, with real signatures: SUCCESS, NOT_ENOUGH_TRUST or INVALID. */
export function runMbtVectors(suite: CryptoSuite, files: readonly VectorFile[]): VectorReport {
  return runCases(
    files.flatMap((file) => mbtCases(suite, file)),
    ODDITIES,
  );
}

/** Each step starts from what the steps before it have verified, so a file's cases run in order. */
function mbtCases(suite: CryptoSuite, { path, text }: VectorFile): readonly VectorCase[] {
  const file = unwrap(readJson((json, jsonPath) => readMbtFile(suite, json, jsonPath), JSON.parse(text)));
  let trusted = file.initial;
  return file.steps.map(({ untrusted, nowNs, verdict }, index) => ({
    name: `${path} step ${index + 1}`,
    run: () => {
      const { trustingPeriodNs } = file;
      const step = verifyLightStep(suite, {
        trusted,
        untrusted,
        nowNs,
        trustingPeriodNs,
        maxClockDriftNs: 0n,
      });
      if (step.ok) trusted = step.value;
      return difference(step.ok ? "SUCCESS" : verdictOf(step.error.type), verdict);
    },
  }));
}

function verdictOf(errorType: string): string {
  return errorType === "NotEnoughTrust" ? "NOT_ENOUGH_TRUST" : "INVALID";
}

function readMbtFile(suite: CryptoSuite, json: unknown, path: string): MbtFile {
  const file = readObject(json, path);
  const initial = readField(file, "initial", path, readObject);
  // The trusted state comes without its own validators: a light block in all but that.
  const block = unwrap(parseJsonLightBlock(suite, { ...initial, validator_set: { validators: [] } }));
  return {
    initial: markVerified({ header: block.header, nextValidators: block.nextValidators }),
    trustingPeriodNs: readField(initial, "trusting_period", path, readInt64),
    steps: readField(
      file,
      "input",
      path,
      readArray((step, stepPath) => readMbtStep(suite, step, stepPath), 100),
    ),
  };
}

function readMbtStep(suite: CryptoSuite, json: unknown, path: string): MbtStep {
  const step = readObject(json, path);
  return {
    untrusted: unwrap(parseJsonLightBlock(suite, step["block"])),
    nowNs: timeToNs(readField(step, "now", path, readTime)),
    verdict: readField(step, "verdict", path, readText(20)),
  };
}
