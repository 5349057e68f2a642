import path from "node:path";
import { parseServerConfig, type ServerConfig } from "#server/config.ts";
import type { LogLevel } from "#server/observability/logger.ts";
import { StartFailed } from "./start-failed.ts";

/** A whole product on one machine: the server's own configuration and what stands around it. */
export interface ProductOptions {
  readonly server: Omit<ServerConfig, "appOrigin">;
  /** Null derives it from `appPort`. */
  readonly appOrigin: string | null;
  /** 0 takes a free one; null serves no app. */
  readonly appPort: number | null;
  /** Longest time between two seals when nothing happens. */
  readonly idleEpochMs: number;
  /** A block of the local ledger is made at least this often. */
  readonly heartbeatMs: number;
  readonly logLevel: LogLevel;
  /** Opens `/metrics` to who shows it; null keeps it shut. */
  readonly metricsToken: string | null;
}

/** From the environment, as docs/operate/configuration.md lists it. Paths are relative to `root`. */
export function readOptions(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): ProductOptions {
  const parsed = parseServerConfig(environment);
  if (!parsed.ok) throw new StartFailed(["The configuration cannot be used:", ...parsed.error].join("\n  "));
  const server = parsed.value;
  const text = (name: string): string | null =>
    environment[name] === "" ? null : (environment[name] ?? null);
  return {
    server: { ...server, dataDir: path.resolve(root, server.dataDir) },
    appOrigin: text("HOLDFAST_APP_ORIGIN"),
    appPort: wholeNumber("HOLDFAST_APP_PORT", text("HOLDFAST_APP_PORT"), {
      fallback: 3000,
      min: 0,
      max: 65_535,
    }),
    idleEpochMs: Math.max(server.epochLengthMs, IDLE_EPOCH_MS),
    heartbeatMs: wholeNumber("HOLDFAST_HEARTBEAT_MS", text("HOLDFAST_HEARTBEAT_MS"), {
      fallback: 30_000,
      min: 100,
      max: 3_600_000,
    }),
    logLevel: logLevelOf(text("HOLDFAST_LOG")),
    metricsToken: text("HOLDFAST_METRICS_TOKEN"),
  };
}

/** The longest that a quiet deployment waits with a sign of life on the ledger. */
const IDLE_EPOCH_MS = 600_000;
const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

function wholeNumber(
  name: string,
  text: string | null,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  if (text === null) return fallback;
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new StartFailed(`${name} is ${text}; it must be a whole number from ${min} to ${max}.`);
}

function logLevelOf(text: string | null): LogLevel {
  if (text === null) return "info";
  const level = LEVELS.find((known) => known === text);
  if (level === undefined)
    throw new StartFailed(`HOLDFAST_LOG is ${text}; it must be one of ${LEVELS.join(", ")}.`);
  return level;
}
