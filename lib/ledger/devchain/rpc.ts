import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, fromHex, toBase64, toHex } from "#protocol/bytes/text.ts";
import { formatCometTime } from "#protocol/comet/comet-time.ts";
import {
  encodeRpcBlockId,
  encodeRpcCommit,
  encodeRpcCommitBody,
  encodeRpcHeader,
  encodeRpcValidators,
  type RpcJson,
} from "#protocol/comet/encode-rpc.ts";
import { validatorAddress } from "#protocol/comet/validator-set.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { LedgerApplication } from "../application/application.ts";
import { REFUSAL_CODESPACE } from "../application/refusal.ts";
import type { RpcMethod, RpcOutcome } from "../engine.ts";
import { NO_COMMIT } from "./build-block.ts";
import type { ChainStore } from "./chain-store.ts";
import type { StoredBlock } from "./stored-block.ts";

export interface RpcRequest {
  readonly suite: CryptoSuite;
  readonly store: ChainStore;
  readonly application: LedgerApplication;
  readonly method: RpcMethod;
  readonly parameters: Readonly<Record<string, string>>;
}

/** JSON-RPC's internal error, with which CometBFT answers for anything it does not have. */
const NOT_FOUND = -32603;
const INVALID_PARAMETERS = -32602;

/** The answer a CometBFT 0.38 node gives to the same read, field for field. */
export function answerRpc(request: RpcRequest): RpcOutcome {
  const { suite, method } = request;
  switch (method) {
    case "status":
      return withBlock(request, String(request.store.height), (newest) => statusOf(request, newest));
    case "commit":
      return withBlock(request, request.parameters["height"], ({ lightBlock }) =>
        encodeRpcCommit(lightBlock),
      );
    case "validators":
      return withBlock(request, request.parameters["height"], ({ lightBlock: { header, validators } }) =>
        encodeRpcValidators(suite, header.height, validators),
      );
    case "header":
      return withBlock(request, request.parameters["height"], ({ lightBlock }) => ({
        header: encodeRpcHeader(lightBlock.header),
      }));
    case "block":
      return withBlock(request, request.parameters["height"], (block) => blockJson(request, block));
    case "tx":
      return findTransaction(request);
    case "abci_query":
      return queryApplication(request);
  }
}

function withBlock(
  { store }: RpcRequest,
  heightText: string | undefined,
  toJson: (block: StoredBlock) => RpcJson,
): RpcOutcome {
  const height = heightText === undefined ? store.height : parseHeight(heightText);
  if (height === undefined) return { ok: false, code: INVALID_PARAMETERS, message: "height is not a number" };
  const block = store.block(height);
  return block
    ? { ok: true, result: toJson(block) }
    : { ok: false, code: NOT_FOUND, message: `height ${height} is not between 1 and ${store.height}` };
}

function statusOf({ suite, store }: RpcRequest, { lightBlock }: StoredBlock): RpcJson {
  const earliest = store.block(1)?.lightBlock ?? lightBlock;
  const validator = lightBlock.validators[0];
  if (!validator) throw new Error("a chain has validators");
  const { chainId, version } = lightBlock.header;
  return {
    node_info: {
      protocol_version: { p2p: "8", block: String(version.block), app: String(version.app) },
      id: "",
      listen_addr: "",
      network: chainId,
      version: "0.38.25",
      channels: "",
      moniker: "holdfast-devchain",
      other: { tx_index: "on", rpc_address: "" },
    },
    sync_info: {
      latest_block_hash: hex(lightBlock.commit.blockId.hash),
      latest_app_hash: hex(lightBlock.header.appHash),
      latest_block_height: String(lightBlock.header.height),
      latest_block_time: formatCometTime(lightBlock.header.time),
      earliest_block_hash: hex(earliest.commit.blockId.hash),
      earliest_app_hash: hex(earliest.header.appHash),
      earliest_block_height: String(earliest.header.height),
      earliest_block_time: formatCometTime(earliest.header.time),
      catching_up: false,
    },
    validator_info: {
      address: hex(validatorAddress(suite, validator.publicKey)),
      pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(validator.publicKey) },
      voting_power: String(validator.power),
    },
  };
}

function blockJson({ store }: RpcRequest, { lightBlock, transactions }: StoredBlock): RpcJson {
  const previous = store.block(Number(lightBlock.header.height) - 1);
  return {
    block_id: encodeRpcBlockId(lightBlock.commit.blockId),
    block: {
      header: encodeRpcHeader(lightBlock.header),
      data: { txs: transactions.map(toBase64) },
      evidence: { evidence: [] },
      last_commit: encodeRpcCommitBody(previous?.lightBlock.commit ?? NO_COMMIT),
    },
  };
}

/** Only transactions that succeed get into a block here, so every result is that of success. */
function findTransaction({ store, parameters }: RpcRequest): RpcOutcome {
  const hash = parseHexParameter(parameters["hash"]);
  if (!hash) return { ok: false, code: INVALID_PARAMETERS, message: "hash is not hexadecimal" };
  const place = store.findTransaction(hash);
  const transaction = place && store.block(place.height)?.transactions[place.index];
  if (!place || !transaction) return { ok: false, code: NOT_FOUND, message: `tx (${hex(hash)}) not found` };
  return {
    ok: true,
    result: {
      hash: hex(hash),
      height: String(place.height),
      index: place.index,
      tx_result: {
        code: 0,
        data: null,
        log: "",
        info: "",
        gas_wanted: "0",
        gas_used: "0",
        events: [],
        codespace: "",
      },
      tx: toBase64(transaction),
    },
  };
}

/** `height` 0 or absent asks for the state that the newest header commits to. */
function queryApplication({ application, store, parameters }: RpcRequest): RpcOutcome {
  const data = parseHexParameter(parameters["data"] ?? "");
  const asked = parseHeight(parameters["height"] ?? "0");
  if (!data || asked === undefined) {
    return { ok: false, code: INVALID_PARAMETERS, message: "data or height is malformed" };
  }
  const height = asked === 0 ? store.height - 1 : asked;
  const answer = application.query(unquote(parameters["path"] ?? ""), data, height);
  return {
    ok: true,
    result: {
      response: {
        code: answer.ok ? 0 : 1,
        log: answer.ok ? "" : answer.error.type,
        info: "",
        index: "0",
        key: null,
        value: answer.ok ? toBase64(answer.value) : null,
        proofOps: null,
        height: String(height),
        codespace: answer.ok ? "" : REFUSAL_CODESPACE,
      },
    },
  };
}

function parseHeight(text: string): number | undefined {
  const digits = unquote(text);
  return /^(?:0|[1-9][0-9]{0,14})$/.test(digits) ? Number(digits) : undefined;
}

/** As the URI form writes bytes: `0x…`, or a quoted string of raw characters. */
function parseHexParameter(text: string | undefined): Bytes | undefined {
  if (text === undefined) return undefined;
  if (text === "") return EMPTY_BYTES;
  if (text.startsWith('"')) return encodeUtf8(unquote(text));
  const parsed = fromHex(text.replace(/^0x/, ""));
  return parsed.ok ? parsed.value : undefined;
}

function unquote(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

function hex(bytes: Bytes): string {
  return toHex(bytes).toUpperCase();
}
