import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { InstanceMemory } from "#server/log/instance-memory.ts";

/**
 * An instance's memory that remembers nothing and therefore objects to nothing: the one safeguard against
 * contradicting oneself that an honest server has, taken out.
 */
export function createForgetfulMemory(databaseCommit: number): InstanceMemory {
  let commitNumber = databaseCommit;
  const heads = new Map<string, { readonly size: number; readonly root: Bytes }>();
  return {
    // Nobody asks: whatever is signed goes through the signer.
    secretKey: new Uint8Array(32),
    isNewKey: false,
    needsRecovery: () => false,
    commitNumber: () => commitNumber,
    // The newest head is what the sealer asks about before it signs.
    headOf: (log) => heads.get(toHex(log)),
    remember: async (commit, remembered) => {
      commitNumber = commit;
      for (const { log, size, root } of remembered) heads.set(toHex(log), { size, root });
    },
    rememberEpochRecord: async () => true,
    requireRecovery: () => undefined,
    close: async () => undefined,
  };
}
