import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import type { ReplyOf } from "#protocol/wire/command.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { createTransport, type Transport } from "../../transport/transport.ts";

/** What becomes of one request. */
export type RequestFate =
  | "answered"
  | "lostBefore"
  | "lostAfter"
  | "full"
  | "organizationQuota"
  | "deviceQuota"
  | "sessionEnded";

type Refusal = Extract<ReplyOf<typeof putBlocks>, { readonly kind: "refused" }>["body"]["reason"];

/** The two block commands of the server, over the real encoding of requests and replies. */
export class MemoryBlockServer {
  readonly blocks = new Map<string, Bytes>();
  /** Bytes of blocks in requests that were taken, repeated ones included. */
  receivedBytes = 0;
  requests = 0;
  fate: () => RequestFate = () => "answered";
  /** What stands before the server and may answer in its place; throws where a page cannot see the answer. */
  proxy: (bodyBytes: number) => Response | undefined = () => undefined;
  readonly #suite: CryptoSuite;

  constructor(suite: CryptoSuite) {
    this.#suite = suite;
  }

  transport(now: () => number): Transport {
    return createTransport({
      api: "http://api.test",
      now,
      fetch: async (url, init) => this.#answer(url, init),
    });
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    this.requests++;
    // No network answers at once.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!(init.body instanceof Uint8Array)) throw new Error("a body of bytes was expected");
    const instead = this.proxy(init.body.length);
    if (instead) return instead;
    const fate = this.fate();
    if (fate === "lostBefore") throw new TypeError("network");
    if (url.endsWith(serverInfo.name)) return new Response(new Uint8Array(serverInfo.encodeReply(INFO)));
    const reply = url.endsWith(putBlocks.name) ? this.#put(init.body, fate) : this.#get(init.body, fate);
    if (fate === "lostAfter") throw new TypeError("network");
    return new Response(new Uint8Array(reply));
  }

  #put(body: Bytes, fate: RequestFate): Bytes {
    const { blocks } = unwrap(putBlocks.parseRequest(body));
    if (fate === "sessionEnded") return putBlocks.encodeReply(NO_SESSION);
    const reason = REFUSALS.get(fate);
    if (reason !== undefined) return putBlocks.encodeReply({ kind: "refused", body: { reason } });
    const ids = blocks.map((block) => {
      const id = this.#suite.sha256(block);
      this.blocks.set(toHex(id), block);
      this.receivedBytes += block.length;
      return id;
    });
    return putBlocks.encodeReply({ kind: "stored", body: { ids } });
  }

  #get(body: Bytes, fate: RequestFate): Bytes {
    const { ids } = unwrap(getBlocks.parseRequest(body));
    if (fate === "sessionEnded") return getBlocks.encodeReply(NO_SESSION);
    const blocks = ids.map((id) => this.blocks.get(toHex(id)) ?? null);
    return getBlocks.encodeReply({ kind: "blocks", body: { blocks } });
  }
}

const REFUSALS: ReadonlyMap<RequestFate, Refusal> = new Map<RequestFate, Refusal>([
  ["full", "storageFull"],
  ["organizationQuota", "organizationQuotaExceeded"],
  ["deviceQuota", "deviceQuotaExceeded"],
]);

const INFO = {
  kind: "info",
  body: {
    deployment: new Uint8Array(32),
    version: "1",
    needsBootstrapToken: false,
    openEpoch: 0,
    epochLengthMs: 1,
    maxBlockBytes: 1,
    time: 0,
  },
} as const;
const NO_SESSION = { kind: "failed", body: { reason: "noSession", detail: "" } } as const;
