import type { TransferHost, TransferPart } from "#client/engine-parts.ts";
import type { BlockPool, BlockWorkError, HandleStore, Timer } from "#client/transfer/ports.ts";
import { createTransferPart } from "#client/transfer/transfer-part.ts";
import { createBlockWork } from "#client/transfer/worker/block-work.ts";
import { createProductBlockSuite } from "#crypto/product-block-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";

/** The product's transfers in Node: everything real but the threads, the page and its file handles. */
export function createNodeTransfer(host: TransferHost): TransferPart {
  return createTransferPart(host, {
    blocks: createBlocks(host),
    handles: createHandles(),
    timer: TIMER,
    page: { openTarget: async () => ({ kind: "cancelled" }), requestRead: async () => true },
  });
}

function createBlocks({ suite, randomBytes, transport, identity, sessions }: TransferHost): BlockPool {
  const { organization } = identity;
  const opening = createProductBlockSuite(suite).then((blockSuite) =>
    createBlockWork({ suite: blockSuite, randomBytes, transport, organization }),
  );
  const inSession = async <T>(task: (session: Bytes) => Promise<Result<T, BlockWorkError>>) => {
    const session = await sessions.token();
    if (!session.ok) return err(UNREACHABLE);
    const done = await task(session.value);
    if (done.ok) return ok(done.value);
    return err(done.error.type === "SessionEnded" ? UNREACHABLE : done.error);
  };
  return {
    send: (batch, pieces) => inSession(async (session) => (await opening).send(batch, session, pieces)),
    receive: (blocks) => inSession(async (session) => (await opening).receive(session, blocks)),
    compare: async (file, blocks) => (await opening).compare(file, blocks),
    drop: (batch) => void opening.then((work) => work.drop(batch)),
    stop: () => undefined,
  };
}

const UNREACHABLE = { type: "Unreachable", error: { type: "ServerUnreachable" } } as const;

function createHandles(): HandleStore {
  const stored = new Map<string, readonly FileSystemHandle[]>();
  return {
    put: async (job, handles) => void stored.set(job, handles),
    get: async (job) => stored.get(job) ?? [],
    delete: async (job) => void stored.delete(job),
  };
}

const TIMER: Timer = {
  after: (delayMs, _wake, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
