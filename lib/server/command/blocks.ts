import type { Bytes } from "#protocol/bytes/bytes.ts";
import { blockIdOf } from "#protocol/log/identifiers.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import type { BlockQuotaExceeded, BlockStoreError } from "../ports.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed, type ServedCommand, serveCaller } from "./served-command.ts";

/** Room for the reply's own bytes beside the blocks. */
const MAX_BLOCK_REPLY_BYTES = getBlocks.maxReplyBytes - 4096;

/** A block that is there already is stored again, or not: its id says that it is the same. */
export function servePutBlocks({ suite, access, blockIntake, onError }: CommandParts): ServedCommand {
  return serveCaller(
    putBlocks,
    onError,
    access,
  )(async ({ blocks }, caller) => {
    const named = blocks.map((ciphertext) => ({ id: blockIdOf(suite, ciphertext), ciphertext }));
    const outcome = await blockIntake.put(caller, named);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { kind: "stored", body: { ids: named.map(({ id }) => id) } };
  });
}

/** Of the caller's own organization only; as many from the front as fit one reply. */
export function serveGetBlocks({ access, blockStore, onError }: CommandParts): ServedCommand {
  return serveCaller(
    getBlocks,
    onError,
    access,
  )(async ({ ids }, { organization }) => {
    const blocks: (Bytes | null)[] = [];
    let sizeBytes = 0;
    for (const id of ids) {
      const found = await blockStore.get(organization, id);
      if (!found.ok) return failed("notAvailable", found.error.type);
      sizeBytes += found.value?.length ?? 0;
      if (sizeBytes > MAX_BLOCK_REPLY_BYTES) break;
      blocks.push(found.value ?? null);
    }
    return { kind: "blocks", body: { blocks } };
  });
}

const QUOTA_REASONS = {
  organization: "organizationQuotaExceeded",
  device: "deviceQuotaExceeded",
} as const;

function refusalOf(error: BlockStoreError | BlockQuotaExceeded) {
  switch (error.type) {
    case "BlockQuotaExceeded":
      return { kind: "refused", body: { reason: QUOTA_REASONS[error.of] } } as const;
    case "BlockStorageFull":
      return { kind: "refused", body: { reason: "storageFull" } } as const;
    case "BlockStorageUnavailable":
      return failed("notAvailable", "block storage");
  }
}
