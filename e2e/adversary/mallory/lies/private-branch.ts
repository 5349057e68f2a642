import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { RecordKind } from "#protocol/log/record.ts";
import type { Branch } from "../branch.ts";
import { appendOf, proofLogOf } from "../call.ts";
import type { CreateLie } from "../mallory.ts";

/**
 * Attacks 2 and 30: one operation is receipted on a branch that only its author is shown, and another history is
 * sealed. After the seal everybody, the author too, is shown the sealed one.
 */
export function privateBranchLie(kind: RecordKind): CreateLie {
  return (stage) => {
    let fork: Branch | undefined;
    let victim: Bytes | undefined;
    let sealed = false;
    return {
      victim: () => victim,
      epochLogs: (honest) => ({
        ...honest,
        markAnchored: async (epoch, height) => {
          await honest.markAnchored(epoch, height);
          sealed ||= fork !== undefined;
        },
      }),
      serve: async (call) => {
        const appended = appendOf(call);
        const log = appended?.log ?? proofLogOf(call);
        if (!log) return undefined;
        if (!fork && appended?.record.content.kind === kind && stage.mayLie(log)) {
          fork = await stage.fork();
          victim = log;
        }
        return fork && victim && !sealed && equalBytes(log, victim) ? stage.answer(call, fork) : undefined;
      },
    };
  };
}
