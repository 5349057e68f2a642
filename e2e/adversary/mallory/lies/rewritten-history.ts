import { randomBytes } from "node:crypto";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { deviceIdOf } from "#protocol/log/identifiers.ts";
import { signRecord } from "#protocol/log/record.ts";
import { append } from "#protocol/wire/append.ts";
import type { LogDraft } from "#server/log/log-draft.ts";
import { type AppendCall, appendOf, type Call } from "../call.ts";
import { forge, readRecord, type StoredRecord } from "../forge.ts";
import type { CreateLie, Stage } from "../mallory.ts";

/** How the end of a log is written anew once a write was receipted; undefined where it does not fit yet. */
type Rewriting = (
  stage: Stage,
  tail: readonly StoredRecord[],
) => { readonly drop: number; readonly write: (draft: LogDraft) => void } | undefined;

/** Attack 5: the newest operations are gone, for everybody. */
export const rollbackLie = rewritingLie((_stage, tail) =>
  tail.length < ROLLED_BACK ? undefined : { drop: ROLLED_BACK, write: () => undefined },
);
const ROLLED_BACK = 2;

/** Attack 9: the two newest operations change places. */
export const swapLie = rewritingLie((stage, tail) => {
  const [first, second] = tail.slice(-2);
  if (!first || !second) return undefined;
  return {
    drop: 2,
    write: (draft) => {
      forge(stage.suite, draft, second, second.stamp);
      forge(stage.suite, draft, first, first.stamp);
    },
  };
});

/** Attack 10: an operation of an accomplice is put before the newest write. */
export const backdatingLie = rewritingLie((stage, tail) => {
  const newest = tail.at(-1);
  if (!newest) return undefined;
  return {
    drop: 1,
    write: (draft) => {
      forge(stage.suite, draft, accompliceOf(stage, newest), newest.stamp, []);
      forge(stage.suite, draft, newest, newest.stamp);
    },
  };
});

function rewritingLie(rewriting: Rewriting): CreateLie {
  return (stage) => {
    let victim: Bytes | undefined;
    return {
      victim: () => victim,
      serve: async (call) => {
        const write = victim ? undefined : writeOf(call);
        if (!write || !stage.mayLie(write.log)) return undefined;
        const served = await stage.answer(call);
        const reply = append.parseReply(served.body);
        if (!reply.ok || reply.value.kind !== "appended") return served;
        const tail = await openTail(stage, write.log);
        const rewritten = rewriting(stage, tail.records);
        if (!rewritten) return served;
        await stage.rewrite(write.log, tail.size - rewritten.drop, (draft) => {
          rewritten.write(draft);
          return undefined;
        });
        victim = write.log;
        return served;
      },
    };
  };
}

function writeOf(call: Call): AppendCall | undefined {
  const appended = appendOf(call);
  return appended?.record.content.kind === "write" ? appended : undefined;
}

/** Records after the newest EPOCH leaf, oldest first. */
async function openTail(
  stage: Stage,
  log: Bytes,
): Promise<{ readonly size: number; readonly records: readonly StoredRecord[] }> {
  const { store } = stage.history();
  const size = (await store.log(log))?.tail.size ?? 0;
  const leaves = await store.leaves(log, Math.max(0, size - 16), size, Number.MAX_SAFE_INTEGER);
  const read = leaves.map(readRecord);
  const records = read.slice(read.lastIndexOf(undefined) + 1);
  return { size, records: records.filter((record) => record !== undefined) };
}

/** An acknowledgement by a device that nobody has registered. */
function accompliceOf({ suite }: Stage, { record }: StoredRecord): Pick<StoredRecord, "signed" | "record"> {
  const secretKey = new Uint8Array(randomBytes(32));
  const device = deviceIdOf(suite, suite.verifyKeyOf(secretKey));
  const backdated = {
    ...record,
    device,
    seq: 0,
    prev: new Uint8Array(32),
    content: { kind: "ack", body: {} },
  } as const;
  return { record: backdated, signed: signRecord(suite, backdated, secretKey) };
}
