import type { Anchor } from "./anchor.ts";
import { equal, hex } from "./bytes.ts";
import type { Ledger } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { contradicted, type Founded, found, foundBackwards, weakest } from "./foundation.ts";
import { type AnchoredEpoch, isContentProven, isStateProven, parseBundle, proveEpochs } from "./ledger.ts";
import { headerHash, type LightBlock, timeNs } from "./light-block.ts";
import { VoteChecker } from "./light-client.ts";
import type { Steps } from "./steps.ts";

/** Every bundle of the file, each from an anchor; then what they say together. `listed` are the reader's, ascending. */
export async function verifyLedger(
  steps: Steps,
  { anchor, bundles }: Pick<Evidence, "anchor" | "bundles">,
  listed: readonly Anchor[],
): Promise<Ledger> {
  const votes = new VoteChecker();
  const parts: ProvenBundle[] = [];
  for (const bytes of bundles) {
    const bundle = steps.need("bundleIsReadable", parseBundle(bytes), `${bytes.length} bytes`);
    const { lightBlocks, statement } = bundle;
    const other = contradicted(lightBlocks, listed);
    steps.expect("anchorIsTheExpected", !other, `the block of height ${other?.height} is another one`);
    const statementUnder = ({ header }: LightBlock) =>
      statement !== null && isStateProven(statement, anchor.deployment, header.appHash)
        ? statement
        : undefined;

    const backwards = foundBackwards(lightBlocks, anchor, listed);
    const founded =
      backwards !== undefined && statementUnder(backwards.newest) !== undefined
        ? backwards
        : await found(lightBlocks, anchor, listed, votes);
    const isReached = typeof founded !== "string" && founded;
    const why = typeof founded === "string" ? founded : describe(founded);
    const { foundation, anchor: start, newest } = steps.need("headersFollowFromAnchor", isReached, why);

    const proven = steps.need("deploymentIsOnLedger", statementUnder(newest), hex(anchor.deployment));
    const { registry, policy } = proven;
    steps.need("registryIsComplete", isContentProven(proven), `${registry.length} keys`);
    const epochs = steps.need("epochsAreAnchored", proveEpochs(proven), `${proven.epochs.length} epochs`);
    parts.push({
      foundation,
      start,
      timeNs: timeNs(newest.header.time),
      registry,
      policy,
      epochCount: proven.proof.state.epochs,
      epochs,
    });
  }
  return combine(steps, anchor, parts);
}

interface ProvenBundle
  extends Pick<Ledger, "foundation" | "start" | "registry" | "policy" | "epochCount" | "epochs"> {
  readonly timeNs: bigint;
}

/** Registry and policy are the newest bundle's, the epochs everybody's. */
function combine(steps: Steps, { deployment }: Anchor, parts: readonly ProvenBundle[]): Ledger {
  const byTime = parts.toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : 1));
  const oldest = steps.expect("headersFollowFromAnchor", byTime[0], "no bundle");
  const newest = byTime.at(-1) ?? oldest;
  const epochs = new Map<number, AnchoredEpoch>();
  for (const part of byTime) {
    for (const [number, epoch] of part.epochs) {
      const isOther = !equal((epochs.get(number) ?? epoch).record, epoch.record);
      // That would be the validators' doing, which no claim here is about.
      if (isOther) steps.need("epochsAreAnchored", undefined, `epoch ${number} in two versions`);
      epochs.set(number, epoch);
    }
  }
  const { start, registry, policy, epochCount } = newest;
  const foundation = weakest(parts.map((part) => part.foundation));
  steps.record("anchorIsTheExpected", foundation.kind === "compared", `height ${start.height}`);
  return {
    foundation,
    start,
    deployment,
    registry,
    policy,
    epochCount,
    epochs,
    firstKnownNs: oldest.timeNs,
    asOfNs: newest.timeNs,
  };
}

function describe({ newest: { header } }: Founded): string {
  return `height ${header.height}, ${hex(headerHash(header))}`;
}
