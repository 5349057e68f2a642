import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { createDevchain, type Devchain, type Schedule } from "../devchain/devchain.ts";
import { CHAIN_ID, DEPLOYMENT, suite } from "./ledger-world.ts";

/** A clock and timers that move only when told. */
export class ManualTime {
  nowMs = 1_800_000_000_000;
  #timers = new Map<() => void, number>();

  readonly schedule: Schedule = (callback, delayMs) => {
    const run = () => callback();
    this.#timers.set(run, this.nowMs + delayMs);
    return () => this.#timers.delete(run);
  };

  /** Runs everything that falls due, in order, each at its own time. */
  advance(byMs: number): void {
    const endMs = this.nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers].filter(([, at]) => at <= endMs).sort(([, a], [, b]) => a - b);
      if (!next) break;
      const [run, at] = next;
      this.#timers.delete(run);
      this.nowMs = Math.max(this.nowMs, at);
      run();
    }
    this.nowMs = endMs;
  }
}

export function createTemporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "holdfast-ledger-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function openDevchain(dir: string, time: ManualTime, blocksPerSnapshot = 1000): Devchain {
  const chain = createDevchain({
    dir,
    chainId: CHAIN_ID,
    heartbeatMs: 30_000,
    blocksPerSnapshot,
    suite,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    nowMs: () => time.nowMs,
    schedule: time.schedule,
  });
  onTestFinished(() => chain.close());
  return chain;
}

/** Broadcasts and lets the block be made. */
export async function publish(chain: Devchain, time: ManualTime, transaction: Uint8Array) {
  const outcome = chain.broadcastTx(transaction);
  time.advance(1);
  return outcome;
}

export function anchorOf(chain: Devchain): TrustAnchor {
  const { height, headerHash } = chain.firstHeader();
  return { chainId: CHAIN_ID, height: BigInt(height), headerHash, deploymentId: DEPLOYMENT };
}
