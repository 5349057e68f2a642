import { serverInfo } from "#protocol/wire/session.ts";
import type { Transport } from "../transport/transport.ts";
import type { LedgerClient } from "./ledger-client.ts";

/** Three clocks at one moment, Unix milliseconds. */
export interface ClockReadings {
  readonly device: number;
  /** As the server says. */
  readonly server: number;
  /** Validators signed the newest header then, so their clocks show this or somewhat more. */
  readonly ledger: number;
}

/** Which clock is off, by the word of the two others; `unknown` where no two agree. */
export interface ClockFault {
  readonly clock: "device" | "server" | "ledger" | "unknown";
  /**
   * Against those that agree; for `unknown` this device's against the ledger's. Negative where it is behind. Of the
   * ledger's it is the least that it can be.
   */
  readonly aheadMs: number;
}

/** How far clocks that are right may be apart: what the light client allows, too. */
const DRIFT_MS = 10_000;
/** A ledger that goes on has signed something within two heartbeats. */
const LEDGER_AGE_MS = 120_000;

/** Undefined where nothing shows that one is off: a ledger behind both others may as well have stopped. */
export function judgeClocks({ device, server, ledger }: ClockReadings): ClockFault | undefined {
  const fitsLedger = (clock: number) => ledger - DRIFT_MS <= clock && clock <= ledger + LEDGER_AGE_MS;
  const isDeviceRight = fitsLedger(device);
  const isServerRight = fitsLedger(server);
  if (Math.abs(device - server) <= DRIFT_MS) {
    const isAhead = !isDeviceRight && ledger > device;
    return isAhead ? { clock: "ledger", aheadMs: ledger - device } : undefined;
  }
  if (isServerRight && !isDeviceRight) return { clock: "device", aheadMs: device - server };
  if (isDeviceRight && !isServerRight) return { clock: "server", aheadMs: server - device };
  // Both fit a clock that is only known to two minutes, or neither does.
  return device < ledger - DRIFT_MS ? { clock: "unknown", aheadMs: device - ledger } : undefined;
}

/** Asks the server what time it is, and the ledger when it last signed anything; undefined where one does not answer. */
export async function findClockFault(
  transport: Pick<Transport, "call">,
  ledger: Pick<LedgerClient, "signedTimeAt">,
  now: () => number,
): Promise<ClockFault | undefined> {
  const asked = now();
  const info = await transport.call(serverInfo, {});
  if (!info.ok) return undefined;
  const server = info.value.body.time;
  const device = (asked + now()) / 2;
  const signed = await ledger.signedTimeAt(server);
  return signed === undefined ? undefined : judgeClocks({ device, server, ledger: signed });
}

const DETAIL = /^ClockOff:(device|server|ledger|unknown):(-?\d{1,15})$/;

/** As the text of a reason why something is not checked, and back. */
export function clockDetail({ clock, aheadMs }: ClockFault): string {
  return `ClockOff:${clock}:${Math.round(aheadMs)}`;
}

export function parseClockDetail(detail: string): ClockFault | undefined {
  const [, clock, aheadMs] = DETAIL.exec(detail) ?? [];
  if (clock !== "device" && clock !== "server" && clock !== "ledger" && clock !== "unknown") return undefined;
  return { clock, aheadMs: Number(aheadMs) };
}
