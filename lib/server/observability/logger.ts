import { type DestinationStream, type Logger, pino } from "pino";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * One JSON object a line. What goes in: events of the server, counts, durations, and where a thing must be told
 * from another `shortHex` of its id. Never: whole ids, tokens, keys, addresses of people, bodies.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
    // The last line of defence should somebody log a whole request.
    redact: { paths: REDACTED, censor: "(removed)" },
  };
  return pino(options, destination ?? standardOutput());
}

/** A line that cannot be written, as to a file on a full disk, is lost: it must not take the server with it. */
function standardOutput(): DestinationStream {
  const destination = pino.destination({ fd: process.stdout.fd, sync: true });
  destination.on("error", () => undefined);
  return destination;
}

/** Eight digits: enough to follow one log or device through a day, too little to name it elsewhere. */
export function shortHex(id: Bytes): string {
  return toHex(id.subarray(0, 4));
}

const SECRETS = ["authorization", "token", "secretKey", "bootstrapToken", "signature", "ip"];
const REDACTED = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** Type, message and place; no stack of somebody else's code and no values attached to the error. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const place = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return {
    type: error.name,
    message: error.message.slice(0, MAX_MESSAGE_CHARACTERS),
    ...(place === undefined ? {} : { place: place.trim() }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

const MAX_MESSAGE_CHARACTERS = 300;
