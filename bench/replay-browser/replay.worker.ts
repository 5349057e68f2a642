import { createProductSuite } from "#crypto/product-suite.ts";
import { unwrap } from "#protocol/result.ts";
import { createEpochHistory } from "../support/epoch-history.ts";
import { timeMs } from "../support/measure.ts";
import { createSampleReplay } from "../support/sample-log.ts";
import { EPOCHS, type WorkerMessage } from "./messages.ts";
import { decodeSampleFile } from "./sample-file.ts";

/** Replays as the product's worker does, with the product's crypto, as often as its address says. */
const REST_MS = 3000;
const rounds = Number(new URLSearchParams(location.search).get("rounds"));
const suite = await createProductSuite();
const file = await fetch("/sample");
const sample = decodeSampleFile(new Uint8Array(await file.arrayBuffer()));
const history = createEpochHistory(suite, EPOCHS);

tell({ type: "rests" });
await new Promise((resolve) => setTimeout(resolve, REST_MS));
tell({ type: "begins" });
const replayMs: number[] = [];
const epochsMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  replayMs.push(timeMs(replaySample));
  epochsMs.push(timeMs(() => unwrap(history.verifyTogether())));
}
tell({ type: "done", replayMs, epochsMs });

function tell(message: WorkerMessage): void {
  postMessage(message);
}

function replaySample(): void {
  const replay = createSampleReplay(suite, sample, sample.organizationLeaves);
  for (const leaf of sample.leaves) unwrap(replay.append(leaf));
}
