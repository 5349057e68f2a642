import type { Person } from "#protocol/log/testing/memory-log.ts";
import type { MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { err } from "#protocol/result.ts";
import type { OperationRow } from "../../journal/tables.ts";
import { createMemoryDevice, type MemoryDeviceOptions } from "../../testing/memory-device.ts";
import { createAuthorityLists } from "../authority-lists.ts";
import type { FaultReport } from "../fault.ts";
import type { LogHost } from "../log-host.ts";

/** One person's device as far as it writes to logs and reads from them, and the faults that it reports. */
export function createLogWorld(world: MemoryWorld, person: Person, options: MemoryDeviceOptions = {}) {
  const device = createMemoryDevice(world, person, options);
  const faults: FaultReport[] = [];
  const takenBack: OperationRow[] = [];
  const host: LogHost = {
    ...device,
    delay: async () => undefined,
    authority: createAuthorityLists(device),
    // A copy, since locking wipes it.
    deviceSecretKey: person.deviceSecret.slice(),
    incarnation: person.incarnation,
    onFault: async (fault) => void faults.push(fault),
    onTakenBack: (_, operation) => void takenBack.push(operation),
    resumeBirth: async () => err({ type: "Unexpected", detail: "NothingIsBorn" }),
  };
  return { host, faults, takenBack };
}
