import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseNote } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { Branch } from "../branch.ts";
import { appendOf, type Call, refuse, requestOf } from "../call.ts";
import type { CreateLie } from "../mallory.ts";

/**
 * Attack 44: the answer about a seal is held back until whoever asked has worked on, in a history that does not have
 * the leaf which closed that seal. The next seal is that history's, so both are anchored, one after the other. While
 * the first one is the newest she is too busy for leaves, and for the same question again.
 */
export const heldAuditLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  let lost: { readonly call: Call; readonly epoch: number; readonly branch: Branch } | undefined;
  let writes = 0;
  let release = (): void => undefined;
  const workedOn = new Promise<void>((resolve) => (release = resolve));
  return {
    victim: () => victim,
    hold: (call) => (call === lost?.call ? workedOn : undefined),
    serve: async (call) => {
      const audit = requestOf(call, auditEpoch);
      const log = audit?.log ?? appendOf(call)?.log;
      const isNewest = lost?.epoch === stage.parts.engine.epochLogs.openEpoch() - 1;
      if (isNewest && (audit || requestOf(call, readLeaves))) return refuse("tooManyRequests");
      if (!log || !stage.mayLie(log)) return undefined;
      if (!audit) {
        // With the second one on its way, the receipt of the first was accepted.
        if (lost && ++writes === 2) release();
        return undefined;
      }
      if (lost) return audit.epoch === lost.epoch ? stage.answer(call, lost.branch) : undefined;
      const served = await stage.answer(call);
      const reply = auditEpoch.parseReply(served.body);
      if (!reply.ok || reply.value.kind !== "audited") return served;
      const { size } = unwrap(parseNote(reply.value.body.note));
      const tail = (await stage.history().store.log(log))?.tail;
      const isFitting = tail?.size === size && audit.fromSizes.every((known) => known < size);
      if (!isFitting) return served;
      lost = { call, epoch: audit.epoch, branch: stage.history() };
      stage.setHistory(await stage.fork());
      await stage.rewrite(log, size - 1, () => undefined);
      victim = log;
      return served;
    },
  };
};
