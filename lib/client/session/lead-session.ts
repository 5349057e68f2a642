import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { ServerEvent } from "#protocol/wire/event.ts";
import { StorageFailure } from "../storage/row-store.ts";
import { readEvents } from "../transport/event-reader.ts";
import type { DeviceSession } from "./device-session.ts";
import type { EnginePorts } from "./engine-ports.ts";

/** Without events, waiting edits are tried again this often. */
const FLUSH_INTERVAL_MS = 30_000;

interface LeadHooks {
  readonly onConnection: (isConnected: boolean) => void;
  /** Makes up for what an unlock could not do without the server. */
  readonly finish: () => Promise<void>;
}

/**
 * One tab of a device streams events, sends what waits, transfers and audits; the others hear of it. When it goes,
 * the next one takes over. Resolves when the signal is aborted.
 */
export async function leadSession(
  ports: EnginePorts,
  session: DeviceSession,
  signal: AbortSignal,
  hooks: LeadHooks,
): Promise<void> {
  const { host, audit, transfer, sessions } = session;
  await host.locks.lead(`holdfast/leader/${toHex(host.identity.device)}`, signal, async (leading) => {
    let wasAway = false;
    const options = {
      transport: host.transport,
      sessions,
      random: ports.random,
      delay: ports.delay,
      onConnection: (isConnected: boolean) => {
        hooks.onConnection(isConnected);
        // What was missed while nobody listened. The audit begins with a check of its own.
        if (isConnected) void sendWaiting(session, hooks, leading);
        if (isConnected && wasAway) audit.reconnected();
        wasAway = !isConnected;
      },
      onEvent: (event: ServerEvent) => tellOf(session, event),
    };
    await Promise.all([
      readEvents(options, leading),
      keepSending(ports, session, hooks, leading),
      transfer.lead(leading),
      audit.lead(leading),
    ]);
  });
}

async function keepSending(
  ports: EnginePorts,
  session: DeviceSession,
  hooks: LeadHooks,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sendWaiting(session, hooks, signal);
    await ports.delay(FLUSH_INTERVAL_MS, signal);
  }
}

/** Failures stay in the queue; the next round or the next edit tries again. */
function sendWaiting(
  { edits, workspaces }: DeviceSession,
  { finish }: LeadHooks,
  signal: AbortSignal,
): Promise<void> {
  return quietly(async () => {
    await finish();
    // Another session has taken this one's place.
    if (signal.aborted) return;
    for (const { log } of await workspaces.list()) {
      await edits.flush(log);
    }
    if ((await workspaces.list()).some(({ isPublished }) => !isPublished)) await workspaces.publish();
  });
}

/** Storage that fails in the background fails the person's next action as well, where it is told. */
async function quietly(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
  }
}

function tellOf({ host, audit, workspaces }: DeviceSession, event: ServerEvent): void {
  switch (event.type) {
    case "sealed":
      audit.sealed(event.epoch);
      return;
    case "refresh":
      host.emit({ type: "workspaces" });
      void quietly(async () => {
        for (const { log } of await workspaces.list()) host.emit({ type: "folder", workspace: toHex(log) });
      });
      return;
    case "grown": {
      const { log } = event;
      const isAboutWorkspaces =
        equalBytes(log, host.identity.organization) || equalBytes(log, host.identity.personalWorkspace);
      if (!isAboutWorkspaces) {
        host.emit({ type: "folder", workspace: toHex(log) });
        return;
      }
      // Another device of this user may have made or renamed one.
      void quietly(() => workspaces.publish()).then(() => host.emit({ type: "workspaces" }));
      return;
    }
  }
}
