import type { Readable, Writable } from "node:stream";
import * as v from "valibot";

const answerSchema = v.looseObject({
  id: v.optional(v.number()),
  error: v.optional(v.object({ message: v.string() })),
  result: v.optional(v.record(v.string(), v.unknown())),
});
const targetsSchema = v.object({
  targetInfos: v.array(v.object({ targetId: v.string(), type: v.string() })),
});
const sessionSchema = v.object({ sessionId: v.string() });

/**
 * Chromium's DevTools protocol over its pipe, for the one thing that no page can do by itself: to be given a folder
 * of the disk. No domain is enabled, so nothing of what is measured passes through here.
 */
export function openDebugPipe(input: Writable, output: Readable) {
  const waiting = new Map<number, (answer: v.InferOutput<typeof answerSchema>) => void>();
  let received = "";
  let nextId = 1;
  output.setEncoding("utf8").on("data", (text: string) => {
    const messages = `${received}${text}`.split("\0");
    received = messages.pop() ?? "";
    for (const message of messages) {
      const answer = v.parse(v.pipe(v.string(), v.parseJson(), answerSchema), message);
      if (answer.id === undefined) continue;
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    }
  });
  const call = async (method: string, params: object, sessionId?: string): Promise<unknown> => {
    const id = nextId++;
    const answered = new Promise<v.InferOutput<typeof answerSchema>>((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    const { error, result } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  return {
    /** Drops a file or folder of the disk onto the only page. */
    drop: async (file: string): Promise<void> => {
      const { targetInfos } = v.parse(targetsSchema, await call("Target.getTargets", {}));
      const targetId = targetInfos.find(({ type }) => type === "page")?.targetId;
      const { sessionId } = v.parse(
        sessionSchema,
        await call("Target.attachToTarget", { targetId, flatten: true }),
      );
      const data = { items: [], files: [file], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await call("Input.dispatchDragEvent", { type, x: 50, y: 50, data }, sessionId);
      }
      await call("Target.detachFromTarget", { sessionId });
    },
  };
}
