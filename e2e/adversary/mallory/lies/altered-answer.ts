import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { append } from "#protocol/wire/append.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { appendOf, type Call, replyWith, requestOf, type ServedReply, tamper } from "../call.ts";
import type { CreateLie, Stage } from "../mallory.ts";

/** Attack 1: a write is acknowledged, but the proof is of nothing, and nothing is kept. */
export const emptyReceiptLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const head = await stage.history().engine.reader.head(write.log, 0);
      if (!head) return undefined;
      victim = write.log;
      // A copy that is thrown away makes the stamp; the head is the true one, and the leaf is not in it.
      const served = await stage.answer(call, await stage.fork());
      return tamper(served, append, (reply) => {
        if (reply.kind !== "appended") return reply;
        const receipt = { ...reply.body.receipt, note: head.note };
        return { ...reply, body: { ...reply.body, receipt } };
      });
    },
  };
};

/** Attack 14: the answer to an earlier READ is given again. */
export const replayedAnswerLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  const answers = new Map<string, ServedReply>();
  return {
    victim: () => victim,
    serve: async (call) => {
      const read = readOf(call);
      if (!read || !stage.mayLie(read.log)) return undefined;
      const name = `${toHex(read.log)} ${read.count}`;
      const earlier = answers.get(name);
      if (earlier) {
        victim = read.log;
        return earlier;
      }
      const served = await stage.answer(call);
      answers.set(name, served);
      return served;
    },
  };
};

/** Attack 29: the results are others than the ones that the stamp is bound to. */
export const otherResultsLie = alteredRead((_stage, _log, reply) => {
  if (reply.kind !== "appended") return undefined;
  const { results } = reply.body;
  if (!results.some(({ status }) => status === "found")) return undefined;
  const altered = results.map((result) => ({ ...result, version: result.version + 1 }));
  return { kind: "appended", body: { ...reply.body, results: altered } };
});

/** Attack 32: ciphertext is not given, neither of manifests nor of blocks. */
export const withheldContentLie: CreateLie = (stage) => {
  const manifests = alteredRead((_stage, _log, reply) => {
    if (reply.kind !== "appended" || reply.body.contents.every((content) => content === null))
      return undefined;
    return { kind: "appended", body: { ...reply.body, contents: reply.body.contents.map(() => null) } };
  })(stage);
  return {
    ...manifests,
    serve: async (call) => {
      const blocks = stage.isArmed() ? requestOf(call, getBlocks) : undefined;
      if (!blocks) return manifests.serve?.(call);
      return replyWith(getBlocks, { kind: "blocks", body: { blocks: blocks.ids.map(() => null) } });
    },
  };
};

/** Attack 33: an older ciphertext, once valid, in place of the one asked for. */
export const olderContentLie: CreateLie = (stage) => {
  const older = new Map<string, Bytes[]>();
  const blocks: Bytes[] = [];
  const manifests = alteredRead((_stage, log, reply) => {
    if (reply.kind !== "appended") return undefined;
    const known = older.get(toHex(log)) ?? [];
    const contents = reply.body.contents.map(
      (content) => (content && known.find((other) => !equalBytes(other, content))) ?? content,
    );
    const isChanged = contents.some((content, item) => content !== reply.body.contents[item]);
    return isChanged ? { kind: "appended", body: { ...reply.body, contents } } : undefined;
  })(stage);
  return {
    ...manifests,
    serve: async (call) => {
      const written = appendOf(call);
      if (written)
        older.set(toHex(written.log), [...(older.get(toHex(written.log)) ?? []), ...written.contents]);
      blocks.push(...(requestOf(call, putBlocks)?.blocks ?? []));
      const wanted = stage.isArmed() ? requestOf(call, getBlocks) : undefined;
      const [first] = blocks;
      if (!wanted || !first) return manifests.serve?.(call);
      return replyWith(getBlocks, { kind: "blocks", body: { blocks: wanted.ids.map(() => first) } });
    },
  };
};

type AppendReply = Extract<ReturnType<typeof append.parseReply>, { readonly ok: true }>["value"];

/** Every answer to a READ changed in one way; undefined leaves it as it is. */
function alteredRead(
  alter: (stage: Stage, log: Bytes, reply: AppendReply) => AppendReply | undefined,
): CreateLie {
  return (stage) => {
    let victim: Bytes | undefined;
    return {
      victim: () => victim,
      serve: async (call) => {
        const read = readOf(call);
        if (!read || !stage.mayLie(read.log)) return undefined;
        return tamper(await stage.answer(call), append, (reply) => {
          const altered = alter(stage, read.log, reply);
          if (altered) victim = read.log;
          return altered ?? reply;
        });
      },
    };
  };
}

function readOf(call: Call): { readonly log: Bytes; readonly count: number } | undefined {
  const appended = appendOf(call);
  if (appended?.record.content.kind !== "read") return undefined;
  return { log: appended.log, count: appended.record.content.body.count };
}
