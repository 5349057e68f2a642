import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeLedgerBundle, MAX_BUNDLE_LIGHT_BLOCKS } from "#protocol/checkpoint/ledger-bundle.ts";
import {
  encodeStatementRequest,
  type LedgerStatement,
  parseLedgerStatement,
  type StatementRequest,
} from "#protocol/checkpoint/ledger-statement.ts";
import { timeToNs } from "#protocol/comet/comet-time.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { verifyForward } from "#protocol/comet/light-client.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { STATEMENT_QUERY } from "./application/query.ts";
import type { LedgerEngine } from "./engine.ts";

export interface BundleRequest extends StatementRequest {
  /** The height the device trusts; its block comes along, in case the device has no more than its hash. */
  readonly trustedHeight: number;
}

/**
 * Everything one audit needs, as `LedgerBundle` bytes: the light blocks that a light client will ask for on its
 * way from the trusted height, and the deployment's statement under the newest header.
 */
export async function buildLedgerBundle(
  suite: CryptoSuite,
  engine: LedgerEngine,
  { trustedHeight, ...request }: BundleRequest,
): Promise<Bytes> {
  const { height, statement } = await newestStatement(engine, request);
  const newest = await engine.lightBlock(height);
  const trusted = trustedHeight === height ? undefined : await engine.lightBlock(trustedHeight);
  const lightBlocks =
    newest && trusted ? await pathBetween(suite, engine, trusted, newest) : newest ? [newest] : [];
  return encodeLedgerBundle({ v: 1, lightBlocks, statement });
}

/** The state after block H stands in header H+1. A block may be added between two questions: then once more. */
async function newestStatement(
  engine: LedgerEngine,
  request: StatementRequest,
): Promise<{ readonly height: number; readonly statement: LedgerStatement | null }> {
  for (let attempt = 0; ; attempt++) {
    const height = await engine.newestHeight();
    const answer = await engine.query(STATEMENT_QUERY, encodeStatementRequest(request), height - 1);
    if (answer.ok) return { height, statement: unwrap(parseLedgerStatement(answer.value)) };
    if (answer.error.type !== "HeightNotKept" || attempt === MAX_ATTEMPTS) return { height, statement: null };
  }
}

const MAX_ATTEMPTS = 3;

/**
 * Walks the way the client will walk and fetches what it will miss. The device's own clock decides about trust
 * that has expired, so the walk itself takes place at the newest header's time.
 */
async function pathBetween(
  suite: CryptoSuite,
  engine: LedgerEngine,
  trusted: LightBlock,
  newest: LightBlock,
): Promise<readonly LightBlock[]> {
  const lightBlocks = [trusted, newest];
  if (equalBytes(trusted.header.nextValidatorsHash, newest.header.validatorsHash)) return lightBlocks;
  const { chainId, height, time } = trusted.header;
  const headerHash = hashHeader(suite, trusted.header);
  const start = verifyAnchorBlock(suite, { chainId, height, headerHash, deploymentId: headerHash }, trusted);
  if (!start.ok) return lightBlocks;
  let reached = start.value;
  while (lightBlocks.length < MAX_BUNDLE_LIGHT_BLOCKS) {
    const step = verifyForward(suite, {
      trusted: reached,
      targetHeight: newest.header.height,
      lightBlocks,
      nowNs: timeToNs(newest.header.time),
      trustingPeriodNs: TRUSTING_PERIOD_NS + timeToNs(newest.header.time) - timeToNs(time),
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    });
    if (step.ok || step.error.type !== "HeightNeeded") break;
    const missing = await engine.lightBlock(Number(step.error.height));
    if (!missing) break;
    reached = step.error.reached;
    lightBlocks.push(missing);
  }
  return lightBlocks.toSorted((a, b) => Number(a.header.height - b.header.height));
}
