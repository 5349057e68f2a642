import { isIP } from "node:net";
import * as v from "valibot";
import { err, ok, type Result } from "#protocol/result.ts";
import { DEFAULT_LIMITS, type ServerLimits } from "./limits/server-limits.ts";
import type { BlockQuotas } from "./ports.ts";

const MIB = 1024 * 1024;
const MAX_QUOTA_MIB = 1_000_000_000;

/** What one server needs to be told. Times are milliseconds. */
export interface ServerConfig {
  /** Folder of the instance's memory, the lock and, without `databaseUrl`, the database. */
  readonly dataDir: string;
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The only origin whose pages may call. */
  readonly appOrigin: string;
  /** PostgreSQL; null keeps everything in SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** Must be shown to create an organization; null lets everybody who reaches the API. */
  readonly bootstrapToken: string | null;
  /** Longest time an epoch stays open while there is work; told to clients. */
  readonly epochLengthMs: number;
  /** `DEFAULT_LIMITS` if absent. */
  readonly limits?: ServerLimits;
  /** `NO_QUOTAS` if absent. */
  readonly quotas?: BlockQuotas;
}

/** The disk is the only bound. */
export const NO_QUOTAS: BlockQuotas = { organizationBytes: null, deviceBytes: null };

/** One line per variable that cannot be used, for the operator. */
export type ConfigError = readonly string[];

/** An unset variable and an empty one are the same: that is how compose files switch one off. */
const optionalText = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), ""),
    v.transform((text) => (text === "" ? fallback : text)),
  );

const textOrNull = v.pipe(
  v.optional(v.string(), ""),
  v.transform((text) => (text === "" ? null : text)),
);

const wholeNumber = (fallback: number, min: number, max: number) =>
  v.pipe(
    optionalText(String(fallback)),
    v.regex(/^(0|[1-9][0-9]{0,9})$/, "must be a whole number"),
    v.transform(Number),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );

/** MiB as bytes; unset is no bound. */
const quotaMib = v.pipe(
  textOrNull,
  v.check(
    (text) => text === null || (/^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= MAX_QUOTA_MIB),
    "must be a whole number from 1 to 1000000000",
  ),
  v.transform((text) => (text === null ? null : Number(text) * MIB)),
);

const DAY_MS = 86_400_000;

/** The environment variables of docs/operate/configuration.md that concern the server itself. */
const environmentSchema = v.object({
  HOLDFAST_DATA: optionalText("data"),
  HOLDFAST_API_HOST: optionalText("127.0.0.1"),
  HOLDFAST_API_PORT: wholeNumber(3001, 0, 65_535),
  HOLDFAST_APP_ORIGIN: v.pipe(
    optionalText("http://localhost:3000"),
    v.check(isOrigin, "must be an origin like https://files.example.org, without a path"),
  ),
  DATABASE_URL: v.pipe(
    textOrNull,
    v.check(
      (url) => url === null || /^postgres(ql)?:\/\/[^\s]+$/.test(url),
      "must start with postgres:// or postgresql://",
    ),
  ),
  HOLDFAST_BOOTSTRAP_TOKEN: v.pipe(
    textOrNull,
    v.check((token) => token === null || token.length >= 16, "must have at least 16 characters"),
    v.check((token) => token === null || token.length <= 200, "must have at most 200 characters"),
  ),
  HOLDFAST_EPOCH_MS: wholeNumber(60_000, 100, DAY_MS),
  HOLDFAST_MAX_CONNECTIONS: wholeNumber(DEFAULT_LIMITS.maxConnections, 10, 1_000_000),
  HOLDFAST_MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(DEFAULT_LIMITS.maxConnectionsPerAddress, 10, 1_000_000),
  HOLDFAST_IN_FLIGHT_MIB: wholeNumber(DEFAULT_LIMITS.maxBytesInFlight / MIB, 128, 65_536),
  HOLDFAST_IN_FLIGHT_MIB_PER_DEVICE: wholeNumber(DEFAULT_LIMITS.maxBytesInFlightPerCaller / MIB, 96, 65_536),
  HOLDFAST_QUOTA_MIB_PER_ORGANIZATION: quotaMib,
  HOLDFAST_QUOTA_MIB_PER_DEVICE: quotaMib,
  HOLDFAST_TRUSTED_PROXIES: v.pipe(
    optionalText(""),
    v.transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    ),
    v.check(
      (proxies) => proxies.every(isNetwork),
      "must be addresses or networks like 10.0.0.0/8, with commas between them",
    ),
  ),
  HOLDFAST_BEHIND_PROXY: v.pipe(
    textOrNull,
    v.check((text) => text === null, "is replaced by HOLDFAST_TRUSTED_PROXIES, which names the proxies"),
  ),
});

/** All that is wrong at once, so that an operator corrects it once. */
export function parseServerConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<ServerConfig, ConfigError> {
  const parsed = v.safeParse(environmentSchema, environment);
  if (!parsed.success)
    return err(parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "?"} ${issue.message}`));
  const values = parsed.output;
  return ok({
    dataDir: values.HOLDFAST_DATA,
    host: values.HOLDFAST_API_HOST,
    port: values.HOLDFAST_API_PORT,
    appOrigin: values.HOLDFAST_APP_ORIGIN,
    databaseUrl: values.DATABASE_URL,
    bootstrapToken: values.HOLDFAST_BOOTSTRAP_TOKEN,
    epochLengthMs: values.HOLDFAST_EPOCH_MS,
    limits: {
      maxConnections: values.HOLDFAST_MAX_CONNECTIONS,
      maxConnectionsPerAddress: values.HOLDFAST_MAX_CONNECTIONS_PER_ADDRESS,
      maxBytesInFlight: values.HOLDFAST_IN_FLIGHT_MIB * MIB,
      maxBytesInFlightPerCaller: values.HOLDFAST_IN_FLIGHT_MIB_PER_DEVICE * MIB,
      trustedProxies: values.HOLDFAST_TRUSTED_PROXIES,
    },
    quotas: {
      organizationBytes: values.HOLDFAST_QUOTA_MIB_PER_ORGANIZATION,
      deviceBytes: values.HOLDFAST_QUOTA_MIB_PER_DEVICE,
    },
  });
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
