import type { RpcMethod, RpcOutcome } from "#ledger/engine.ts";
import type { LedgerPort } from "#ledger/port.ts";

/**
 * The ledger's reading routes at the API's origin, byte for byte what a node answers: `GET /ledger/<method>` with
 * CometBFT's URI parameters. A convenience that nobody has to trust, since its readers verify what they get; the
 * same routes at the validators' own origins are the ones that count when this server is the accused.
 */
export function createLedgerRoute(ledger: Pick<LedgerPort, "read">): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    if (url.search.length > MAX_QUERY_CHARACTERS) return failure(414, INVALID_REQUEST, "query too long");
    if (request.method !== "GET") {
      // EVIDENCE, FORCE and CHALLENGE go to a validator's origin.
      return name === "broadcast_tx_sync"
        ? failure(501, METHOD_NOT_FOUND, "not available here: post it to a validator")
        : failure(405, INVALID_REQUEST, "only GET");
    }
    if (!isMethod(name)) return failure(404, METHOD_NOT_FOUND, "unknown method");
    const known = PARAMETERS[name];
    const parameters = Object.fromEntries([...url.searchParams].filter(([key]) => known.includes(key)));
    const outcome = await ledger.read(name, parameters).catch(unavailable);
    if (!outcome.ok) return failure(outcome.code === UNAVAILABLE ? 503 : 500, outcome.code, outcome.message);
    const body = JSON.stringify({ jsonrpc: "2.0", id: -1, result: outcome.result });
    if (body.length > MAX_ANSWER_CHARACTERS)
      return failure(502, UNAVAILABLE, "the ledger's answer is too large");
    return new Response(body, { headers: HEADERS });
  };
}

/** What each method takes from the query; everything else stays here. */
const PARAMETERS: Readonly<Record<RpcMethod, readonly string[]>> = {
  status: [],
  commit: ["height"],
  validators: ["height", "page", "per_page"],
  header: ["height"],
  block: ["height"],
  tx: ["hash", "prove"],
  abci_query: ["path", "data", "height", "prove"],
};

/** `abci_query` carries at most a claim of 64 KiB; larger questions are asked at a validator. */
const MAX_QUERY_CHARACTERS = 16_384;
const MAX_ANSWER_CHARACTERS = 16 * 1024 * 1024;
const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** JSON-RPC 2.0 §5.1; the last one is ours. */
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const UNAVAILABLE = -32000;

function isMethod(name: string): name is RpcMethod {
  return Object.hasOwn(PARAMETERS, name);
}

function unavailable(): RpcOutcome {
  return { ok: false, code: UNAVAILABLE, message: "the ledger does not answer" };
}

function failure(status: number, code: number, message: string): Response {
  const body = JSON.stringify({ jsonrpc: "2.0", id: -1, error: { code, message } });
  return new Response(body, { status, headers: HEADERS });
}
