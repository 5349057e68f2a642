import { equal, hex } from "./bytes.ts";
import type { Ledger } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { type AnchoredEpoch, isContentProven, isStateProven, parseBundle, proveEpochs } from "./ledger.ts";
import { headerHash, type LightBlock, timeNs } from "./light-block.ts";
import { type Anchor, SignatureBudget, verifyChain } from "./light-client.ts";
import type { Steps } from "./steps.ts";

/** Every bundle of the file, each from the anchor; then what they say together. */
export async function verifyLedger(
  steps: Steps,
  { anchor, bundles }: Pick<Evidence, "anchor" | "bundles">,
  expectedAnchor: Anchor | undefined,
): Promise<Ledger> {
  const budget = new SignatureBudget();
  const headers: LightBlock["header"][] = [];
  const parts: ProvenBundle[] = [];
  for (const bytes of bundles) {
    const bundle = steps.need("bundleIsReadable", parseBundle(bytes), `${bytes.length} bytes`);
    const chain = await verifyChain(bundle.lightBlocks, anchor, budget);
    const reached = typeof chain !== "string" && chain;
    const why = typeof chain === "string" ? chain : describe(chain.newest);
    const { newest, verified } = steps.need("headersFollowFromAnchor", reached, why);
    headers.push(...verified.map(({ header }) => header));

    const { statement } = bundle;
    const isOnLedger =
      statement !== null && isStateProven(statement, anchor.deployment, newest.header.appHash) && statement;
    const proven = steps.need("deploymentIsOnLedger", isOnLedger, hex(anchor.deployment));
    const { registry, policy } = proven;
    steps.need("registryIsComplete", isContentProven(proven), `${registry.length} keys`);
    const epochs = steps.need("epochsAreAnchored", proveEpochs(proven), `${proven.epochs.length} epochs`);
    parts.push({
      timeNs: timeNs(newest.header.time),
      registry,
      policy,
      epochCount: proven.proof.state.epochs,
      epochs,
    });
  }
  if (expectedAnchor) needExpected(steps, anchor, expectedAnchor, headers);
  return combine(steps, anchor, parts);
}

interface ProvenBundle {
  readonly timeNs: bigint;
  readonly registry: Ledger["registry"];
  readonly policy: Ledger["policy"];
  readonly epochCount: number;
  readonly epochs: ReadonlyMap<number, AnchoredEpoch>;
}

/** The reader's anchor is the file's, or the header of one of the blocks that the file proves from its own. */
function needExpected(
  steps: Steps,
  anchor: Anchor,
  expected: Anchor,
  headers: readonly LightBlock["header"][],
): void {
  const isSameLedger = anchor.chainId === expected.chainId && equal(anchor.deployment, expected.deployment);
  const isPassed = headers.some(
    (header) => header.height === expected.height && equal(headerHash(header), expected.headerHash),
  );
  steps.need("anchorIsTheExpected", isSameLedger && isPassed, `height ${expected.height}`);
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
  const { registry, policy, epochCount } = newest;
  return {
    deployment,
    registry,
    policy,
    epochCount,
    epochs,
    firstKnownNs: oldest.timeNs,
    asOfNs: newest.timeNs,
  };
}

function describe({ header }: LightBlock): string {
  return `height ${header.height}, ${hex(headerHash(header))}`;
}
