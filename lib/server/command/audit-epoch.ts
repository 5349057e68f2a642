import { auditEpoch } from "#protocol/wire/audit.ts";
import { readEpochSeal } from "../epoch/read-epoch-seal.ts";
import type { CommandParts } from "./command-parts.ts";
import { findReadableLog, NO_SUCH_PROOF } from "./readable-log.ts";
import { type ServedCommand, serveCaller } from "./served-command.ts";

export function serveAuditEpoch(parts: CommandParts): ServedCommand {
  const { access, store, engine, epochTrees, onError } = parts;
  return serveCaller(
    auditEpoch,
    onError,
    access,
  )(async ({ log, epoch, fromSizes, keys }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const slotProof = await epochTrees.proveSlot(epoch, log);
    const seal = await readEpochSeal(store, epoch);
    if (!slotProof || !seal) return { kind: "notSealed", body: {} };
    const checkpoint = await store.checkpointUpTo(log, epoch);
    if (!checkpoint) return { kind: "absent", body: { slotProof, seal } };
    const audited = await engine.reader.auditCheckpoint(checkpoint, fromSizes, keys);
    return audited ? { kind: "audited", body: { slotProof, seal, ...audited } } : NO_SUCH_PROOF;
  });
}
