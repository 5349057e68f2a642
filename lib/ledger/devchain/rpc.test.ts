import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBase64, toHex } from "#protocol/bytes/text.ts";
import { encodeStatementRequest, parseLedgerStatement } from "#protocol/checkpoint/ledger-statement.ts";
import { parseJsonHeader, parseRpcCommit, parseRpcValidators } from "#protocol/comet/parse-rpc.ts";
import { unwrap } from "#protocol/result.ts";
import { STATEMENT_QUERY } from "../application/query.ts";
import type { RpcMethod } from "../engine.ts";
import { createTemporaryFolder, ManualTime, openDevchain, publish } from "../testing/devchain-world.ts";
import { DEPLOYMENT, registerTransaction, suite } from "../testing/ledger-world.ts";

const VECTORS = "../shared/vectors/rpc-kvstore/v0_38";

type Json = Readonly<Record<string, unknown>>;

async function createNode() {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  await publish(chain, time, registerTransaction());
  // Every result of these routes is a JSON object; reading a missing field of it fails the test.
  const read = async (method: RpcMethod, parameters: Record<string, string> = {}) => {
    const outcome = await chain.rpc(method, parameters);
    if (!outcome.ok) throw new Error(outcome.message);
    return JSON.parse(JSON.stringify(outcome.result)) as Json;
  };
  return { chain, read };
}

/** Every path of fields, `tx_result.code` and the like; of arrays the first item. */
function shapeOf(json: unknown, path = "$"): string[] {
  if (Array.isArray(json)) return json.length === 0 ? [`${path}[]`] : shapeOf(json[0], `${path}[]`);
  if (json === null || typeof json !== "object") return [`${path}: ${json === null ? "null" : typeof json}`];
  return Object.entries(json)
    .flatMap(([name, value]) => shapeOf(value, `${path}.${name}`))
    .sort();
}

describe("the devchain's reading routes", () => {
  it("give light blocks that the light client's parsers read back", async () => {
    const { chain, read } = await createNode();
    for (const height of [1, 2, 3]) {
      const parameters = { height: String(height) };
      const { header, commit } = unwrap(parseRpcCommit(await read("commit", parameters)));
      const validators = unwrap(parseRpcValidators(suite, await read("validators", parameters)));
      const block = await chain.lightBlock(height);
      expect({ header, commit, validators, nextValidators: validators }).toEqual(block);
      expect(unwrap(parseJsonHeader((await read("header", parameters))["header"]))).toEqual(header);
    }
  });

  it("find a transaction by its hash", async () => {
    const { read } = await createNode();
    const hash = toHex(suite.sha256(registerTransaction()));
    const found = await read("tx", { hash: `0x${hash}` });
    expect(found).toMatchObject({ hash: hash.toUpperCase(), height: "2", index: 0, tx_result: { code: 0 } });
    expect(unwrap(fromBase64(String(found["tx"])))).toEqual(registerTransaction());
  });

  it("answer queries under the newest header", async () => {
    const { read } = await createNode();
    const request = encodeStatementRequest({ deployment: DEPLOYMENT, firstEpoch: 0, maxEpochs: 1 });
    const parameters = { path: `"${STATEMENT_QUERY}"`, data: `0x${toHex(request)}` };
    const { response } = (await read("abci_query", parameters)) as { readonly response: Json };
    expect(response).toMatchObject({ code: 0, height: "2" });
    const statement = unwrap(parseLedgerStatement(unwrap(fromBase64(String(response["value"])))));
    expect(statement.proof.state.deployment).toEqual(DEPLOYMENT);
    const nothing = (await read("abci_query", { ...parameters, path: "/x" })) as { readonly response: Json };
    expect(nothing.response).toMatchObject({ code: 1, value: null, log: "QueryPathUnknown" });
  });

  it("refuse heights and hashes that are none", async () => {
    const { chain } = await createNode();
    const attempts: [RpcMethod, Record<string, string>][] = [
      ["commit", { height: "4" }],
      ["commit", { height: "0" }],
      ["block", { height: "-1" }],
      ["header", { height: "1e3" }],
      ["header", { height: "0x1" }],
      ["validators", { height: "" }],
      ["tx", { hash: "zz" }],
      ["tx", { hash: "00" }],
      ["tx", {}],
      ["abci_query", { path: STATEMENT_QUERY, data: "0xz" }],
    ];
    for (const [method, parameters] of attempts) {
      expect((await chain.rpc(method, parameters)).ok, `${method} ${JSON.stringify(parameters)}`).toBe(false);
    }
  });

  it.skipIf(!existsSync(VECTORS))("have the fields and types of a recorded 0.38 node", async () => {
    const { read } = await createNode();
    const recorded = (name: string): Json => {
      const answer = JSON.parse(readFileSync(`${VECTORS}/${name}.json`, "utf8")) as { readonly result: Json };
      return answer.result;
    };
    const height = { height: "1" };
    expect(shapeOf(await read("commit", height))).toEqual(shapeOf(recorded("commit_at_height_10")));
    expect(shapeOf(await read("block", height))).toEqual(shapeOf(recorded("block_at_height_1")));
    expect(shapeOf(await read("status"))).toEqual(shapeOf(recorded("status")));
    const nothing = shapeOf(await read("abci_query", { path: "/x" }));
    expect(nothing.map((line) => line.replace(/key: null/, "key: string"))).toEqual(
      shapeOf(recorded("abci_query_with_non_existent_key")),
    );
  });
});
