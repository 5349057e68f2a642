import { MAX_BLOCK_BYTES } from "#protocol/wire/blocks.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import type { CommandParts } from "./command-parts.ts";
import { type ServedCommand, serveOpen } from "./served-command.ts";

export function serveServerInfo(parts: CommandParts): ServedCommand {
  const { deployment, version, bootstrapToken, engine, epochLengthMs, clock, onError } = parts;
  return serveOpen(
    serverInfo,
    onError,
  )(async () => ({
    kind: "info",
    body: {
      deployment,
      version,
      needsBootstrapToken: bootstrapToken !== null,
      openEpoch: engine.epochLogs.openEpoch(),
      epochLengthMs,
      maxBlockBytes: MAX_BLOCK_BYTES,
      time: clock(),
    },
  }));
}
