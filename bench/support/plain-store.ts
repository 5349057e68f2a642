import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import type { ExtraRoute } from "#server/http/http-app.ts";
import { DEFAULT_BODY_PACE, readBody } from "#server/http/read-body.ts";
import type { CommitBatch, Store } from "#server/store/store.ts";

/**
 * What a server without a log would do with an upload: parse the same request, name the contents by their hash,
 * store them durably and answer. It commits in groups as the log's writer does, through the same store code, to
 * a database of its own. It checks no signature and knows nobody.
 */
export async function createPlainRoute(suite: CryptoSuite, store: Store): Promise<ExtraRoute> {
  const keep = await createGroupCommit(store);
  return {
    method: "POST",
    path: "/bench/plain",
    handle: async (request) => {
      const rules = { maxBytes: append.maxRequestBytes, pace: DEFAULT_BODY_PACE, take: () => true };
      const body = await readBody(request, rules);
      if (!body.ok) return new Response(null, { status: 413 });
      const { log, contents } = unwrap(append.parseRequest(body.value));
      const rows = contents.map((ciphertext) => ({ log, hash: suite.sha256(ciphertext), ciphertext }));
      await keep(rows);
      const hashes = Buffer.concat(rows.map(({ hash }) => hash));
      return new Response(hashes, {
        headers: { "content-type": "application/cbor", "cache-control": "no-store" },
      });
    },
  };
}

type Contents = CommitBatch["contents"];

const MAX_GROUP = 256;

async function createGroupCommit(store: Store): Promise<(contents: Contents) => Promise<void>> {
  const waiting: {
    readonly contents: Contents;
    readonly done: () => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  let commitNumber = await store.commitNumber();
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, MAX_GROUP);
      try {
        commitNumber += 1;
        const contents = group.flatMap((caller) => caller.contents);
        await store.commit({ ...EMPTY_BATCH, commitNumber, contents });
        for (const caller of group) caller.done();
      } catch (error) {
        for (const caller of group) caller.fail(error);
      }
    }
    isRunning = false;
  };
  return (contents) =>
    new Promise((done, fail) => {
      waiting.push({ contents, done, fail });
      if (!isRunning) void run();
    });
}

const EMPTY_BATCH: Omit<CommitBatch, "commitNumber" | "contents"> = {
  logs: [],
  openings: [],
  rings: [],
  profiles: [],
  checkpoints: [],
  closings: [],
};
