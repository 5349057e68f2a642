import type { Person } from "#protocol/log/testing/memory-log.ts";
import type { MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { ok } from "#protocol/result.ts";
import type { AuditHost } from "../../engine-parts.ts";
import { createMirror } from "../../journal/mirror.ts";
import { logLockName } from "../../sync/log-host.ts";
import { createMemoryDevice, type MemoryDeviceOptions } from "../../testing/memory-device.ts";
import type { AuditContext } from "../audit-context.ts";
import { createLedgerArchive } from "../ledger-archive.ts";

/** What the engine hands to an audit on one person's device, which has joined no workspace. */
export function createAuditHost(
  world: MemoryWorld,
  person: Person,
  options: MemoryDeviceOptions = {},
): AuditHost {
  const device = createMemoryDevice(world, person, options);
  const { locks, identity } = device;
  return {
    ...device,
    anchors: [device.ledger.anchor],
    workspaces: async () => [],
    lockLog: (log, task) => locks.run(logLockName(identity.device, log), task),
    reconcile: async () => ok(null),
  };
}

/** As an audit makes it of its host; pauses take no time. */
export function createAuditContext(
  world: MemoryWorld,
  person: Person,
  options: MemoryDeviceOptions = {},
): AuditContext {
  const host = createAuditHost(world, person, options);
  const { suite, rows } = host;
  return {
    host,
    mirror: createMirror(suite, rows),
    archive: createLedgerArchive(host),
    pause: async () => undefined,
  };
}
