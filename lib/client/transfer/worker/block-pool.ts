import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, type Result } from "#protocol/result.ts";
import { isPassing, sessionErrorOf } from "../../sync/engine-errors.ts";
import type { Sessions } from "../../transport/sessions.ts";
import type { BlockPool, BlockPoolError, BlockWorkError } from "../ports.ts";
import type { BlockReply, BlockRequest } from "./block-messages.ts";

export interface BlockPoolOptions {
  /** One for each thread, connected to its `serveBlockWork`. */
  readonly threads: readonly MessagePort[];
  readonly api: string;
  readonly organization: Bytes;
  readonly sessions: Sessions;
}

/** Over all pools on the same threads: an answer to a locked session's pool must not meet its successor. */
let calls = 0;

/** Spreads the work over the threads; a batch that is sent again goes to the thread that holds its ciphertexts. */
export function createBlockPool({ threads, api, organization, sessions }: BlockPoolOptions): BlockPool {
  const waiting = new Map<number, (reply: BlockReply) => void>();
  const load = threads.map(() => 0);
  const homeOfBatch = new Map<number, number>();

  for (const port of threads) {
    // The other end is this app's worker, over a channel that nobody else holds.
    port.onmessage = ({ data }: MessageEvent<BlockReply>) => {
      waiting.get(data.call)?.(data);
      waiting.delete(data.call);
    };
    post(port, { type: "setup", api, organization });
  }

  const leastLoaded = (): number => load.indexOf(Math.min(...load));
  const ask = async (thread: number, create: (call: number) => BlockRequest): Promise<BlockReply> => {
    const port = threads[thread];
    if (port === undefined) throw new Error("there is no thread for blocks");
    const call = calls++;
    load[thread] = (load[thread] ?? 0) + 1;
    try {
      return await new Promise<BlockReply>((resolve) => {
        waiting.set(call, resolve);
        post(port, create(call));
      });
    } finally {
      load[thread] = (load[thread] ?? 1) - 1;
    }
  };
  /** Once more with a new session where the old one has ended. */
  const inSession = async <T>(
    work: (session: Bytes) => Promise<Result<T, BlockWorkError>>,
  ): Promise<Result<T, BlockPoolError>> => {
    for (let isRetry = false; ; isRetry = true) {
      const session = await sessions.token();
      if (!session.ok) {
        const error = sessionErrorOf(session.error);
        return err({ type: isPassing(error) ? "Unreachable" : "Refused", error });
      }
      const answer = await work(session.value);
      if (answer.ok) return answer;
      if (answer.error.type !== "SessionEnded") return err(answer.error);
      sessions.forget();
      if (isRetry) return err({ type: "Unreachable", error: { type: "ServerUnreachable" } });
    }
  };

  return {
    send: (batch, pieces) => {
      const thread = homeOfBatch.get(batch) ?? leastLoaded();
      homeOfBatch.set(batch, thread);
      return inSession(async (session) => {
        const reply = await ask(thread, (call) => ({ type: "send", call, batch, session, pieces }));
        if (reply.type !== "sent") throw new Error("a reply of another kind");
        if (reply.answer.ok || isSettled(reply.answer.error)) homeOfBatch.delete(batch);
        return reply.answer;
      });
    },
    drop: (batch) => {
      const port = threads[homeOfBatch.get(batch) ?? -1];
      homeOfBatch.delete(batch);
      if (port) post(port, { type: "drop", batch });
    },
    compare: async (file, blocks) => {
      const reply = await ask(leastLoaded(), (call) => ({ type: "compare", call, file, blocks }));
      if (reply.type !== "compared") throw new Error("a reply of another kind");
      return reply.answer;
    },
    receive: (blocks) =>
      inSession(async (session) => {
        const reply = await ask(leastLoaded(), (call) => ({ type: "receive", call, session, blocks }));
        if (reply.type !== "received") throw new Error("a reply of another kind");
        return reply.answer;
      }),
    stop: () => {
      for (const batch of homeOfBatch.keys()) {
        const port = threads[homeOfBatch.get(batch) ?? -1];
        if (port) post(port, { type: "drop", batch });
      }
      homeOfBatch.clear();
    },
  };
}

/** Its ciphertexts are not kept for another try. */
function isSettled({ type }: BlockWorkError): boolean {
  return type === "Refused" || type === "TooLarge";
}

function post(port: MessagePort, request: BlockRequest): void {
  port.postMessage(request);
}
