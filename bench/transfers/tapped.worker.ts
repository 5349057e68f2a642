import { fromBase64Url } from "#protocol/bytes/text.ts";
import "../../workers/transfer.worker.ts";
import { TOKEN_CHANNEL, type TokenMessage } from "./messages.ts";

/** The product's worker, which also tells the benchmark its session: the plain transfers use the same server. */
const channel = new BroadcastChannel(TOKEN_CHANNEL);
const realFetch = self.fetch.bind(self);
let isTold = false;

self.fetch = (input, init) => {
  const header = new Headers(init?.headers).get("authorization");
  const token = header === null ? undefined : fromBase64Url(header.slice("Bearer ".length));
  if (!isTold && token?.ok === true && typeof input === "string") {
    isTold = true;
    const message: TokenMessage = { api: new URL(input).origin, token: token.value };
    channel.postMessage(message);
  }
  return realFetch(input, init);
};
