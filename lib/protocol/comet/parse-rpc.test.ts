import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Result } from "../result.ts";
import { encodeRpcCommit, encodeRpcHeader, encodeRpcValidators } from "./encode-rpc.ts";
import {
  parseJsonCommit,
  parseJsonHeader,
  parseJsonLightBlock,
  parseRpcAnswer,
  parseRpcCommit,
  parseRpcValidators,
} from "./parse-rpc.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";

const block = createLightBlock({
  validators: createTestValidators([30n, 20n, 10n, 10n]),
  height: 7n,
  flags: ["commit", "commit", "nil", "absent"],
});
const commitJson = encodeRpcCommit(block);
const validatorsJson = encodeRpcValidators(testSuite, 7n, block.validators);
const lightBlockJson = {
  signed_header: commitJson["signed_header"],
  validator_set: validatorsJson,
  next_validator_set: validatorsJson,
};

type Parser = (json: unknown) => Result<unknown, { readonly type: string }>;

const parsers: Record<string, readonly [Parser, unknown]> = {
  parseRpcCommit: [parseRpcCommit, commitJson],
  parseRpcValidators: [(json) => parseRpcValidators(testSuite, json), validatorsJson],
  parseJsonLightBlock: [(json) => parseJsonLightBlock(testSuite, json), lightBlockJson],
  parseJsonHeader: [parseJsonHeader, encodeRpcHeader(block.header)],
  parseJsonCommit: [parseJsonCommit, at(commitJson, ["signed_header", "commit"])],
};

describe("round trips", () => {
  it("of /commit, through text", () => {
    const text = JSON.stringify({ jsonrpc: "2.0", id: 1, result: commitJson });
    const answer = parseRpcAnswer(text, 10_000);
    expect(answer.ok && parseRpcCommit(answer.value)).toEqual({
      ok: true,
      value: { header: block.header, commit: block.commit },
    });
  });

  it("of a whole light block, whatever the order of validators", () => {
    expect(parseJsonLightBlock(testSuite, lightBlockJson)).toEqual({ ok: true, value: block });
    const reversed = { validators: (at(validatorsJson, ["validators"]) as unknown[]).toReversed() };
    expect(parseRpcValidators(testSuite, reversed)).toEqual({ ok: true, value: block.validators });
  });
});

describe.each(Object.entries(parsers))("%s", (_name, [parse, valid]) => {
  it("reads what encode-rpc writes", () => {
    expect(parse(valid).ok).toBe(true);
  });

  it("answers garbage with an error", () => {
    fc.assert(
      fc.property(fc.anything(), (garbage) => {
        expect(parse(garbage).ok).toBe(false);
      }),
    );
  });

  it("never throws on a valid answer with one thing replaced", () => {
    const paths = pathsOf(valid);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, replacement) => {
        expect(typeof parse(replaced(valid, path, replacement)).ok).toBe("boolean");
      }),
      { numRuns: 300 },
    );
  });
});

describe("parseRpcCommit refuses", () => {
  const header = ["signed_header", "header"];
  const commit = ["signed_header", "commit"];
  const firstSig = [...commit, "signatures", "0"];
  const absentSig = [...commit, "signatures", "3"];

  it.each<[string, readonly string[], unknown]>([
    ["a height as a number", [...header, "height"], 7],
    ["an empty height", [...header, "height"], ""],
    ["a height with a leading zero", [...header, "height"], "07"],
    ["a hexadecimal height", [...header, "height"], "0x7"],
    ["a negative height", [...header, "height"], "-7"],
    ["a height with a space", [...header, "height"], "7 "],
    ["a height past int64", [...header, "height"], "9223372036854775808"],
    ["a height of a million digits", [...header, "height"], "9".repeat(1_000_000)],
    ["a version past uint64", [...header, "version", "block"], "18446744073709551616"],
    ["a chain id past 50 bytes", [...header, "chain_id"], "x".repeat(51)],
    ["a time with an offset", [...header, "time"], "2026-01-01T00:00:00+01:00"],
    ["a time as a number", [...header, "time"], 1_767_225_600],
    ["a hash of 31 bytes", [...header, "validators_hash"], "AB".repeat(31)],
    ["a hash of 33 bytes", [...header, "validators_hash"], "AB".repeat(33)],
    ["a hash with odd digits", [...header, "validators_hash"], "A".repeat(63)],
    ["a hash that is not hex", [...header, "validators_hash"], "G".repeat(64)],
    ["a hash with 0x", [...header, "validators_hash"], `0x${"A".repeat(62)}`],
    ["an application hash past the limit", [...header, "app_hash"], "AB".repeat(65)],
    ["an address of 19 bytes", [...header, "proposer_address"], "AB".repeat(19)],
    ["a missing field", [...header, "app_hash"], undefined],
    ["a part count past uint32", [...commit, "block_id", "parts", "total"], 2 ** 32],
    ["a fractional round", [...commit, "round"], 0.5],
    ["a negative round", [...commit, "round"], -1],
    ["a round as text", [...commit, "round"], "0"],
    ["a block id flag of 0", [...firstSig, "block_id_flag"], 0],
    ["a block id flag of 4", [...firstSig, "block_id_flag"], 4],
    ["a signature of 63 bytes", [...firstSig, "signature"], "A".repeat(84)],
    ["a signature in base64url", [...firstSig, "signature"], `${"-".repeat(86)}==`],
    ["a signature with stray bits", [...firstSig, "signature"], `${"A".repeat(85)}B==`],
    ["no signature", [...firstSig, "signature"], null],
    ["an absent validator with an address", [...absentSig, "validator_address"], "AB".repeat(20)],
    ["an absent validator with a time", [...absentSig, "timestamp"], "2026-01-01T00:00:00Z"],
    ["an absent validator with a signature", [...absentSig, "signature"], `${"A".repeat(86)}==`],
    [
      "more signatures than the limit",
      [...commit, "signatures"],
      Array(1_001).fill(at(commitJson, firstSig)),
    ],
  ])("%s", (_name, path, replacement) => {
    expect(parseRpcCommit(replaced(commitJson, path, replacement))).toMatchObject({
      ok: false,
      error: { type: "UnexpectedShape" },
    });
  });
});

describe("parseRpcValidators refuses", () => {
  const first = ["validators", "0"];

  it.each<[string, readonly string[], unknown]>([
    ["another kind of key", [...first, "pub_key", "type"], "tendermint/PubKeySecp256k1"],
    ["an address of another key", [...first, "address"], "AB".repeat(20)],
    ["a key of 31 bytes", [...first, "pub_key", "value"], `${"A".repeat(42)}==`],
    ["negative power", [...first, "voting_power"], "-1"],
    ["a page instead of the whole set", ["total"], "5"],
    ["more validators than the limit", ["validators"], Array(1_001).fill(at(validatorsJson, first))],
  ])("%s", (_name, path, replacement) => {
    expect(parseRpcValidators(testSuite, replaced(validatorsJson, path, replacement))).toMatchObject({
      ok: false,
      error: { type: "UnexpectedShape" },
    });
  });
});

describe("parseRpcAnswer", () => {
  it("gives the node's refusal, cut short", () => {
    const text = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32_603, message: "x".repeat(300) },
    });
    expect(parseRpcAnswer(text, 10_000)).toEqual({
      ok: false,
      error: { type: "RpcFailed", message: "x".repeat(200) },
    });
  });

  it.each([
    ["TooLarge", " ".repeat(10_001)],
    ["NotJson", "{"],
    ["UnexpectedShape", "[]"],
    ["UnexpectedShape", '{"jsonrpc":"1.0","result":{}}'],
    ["UnexpectedShape", '{"jsonrpc":"2.0","error":"text"}'],
  ])("refuses: %s", (type, text) => {
    expect(parseRpcAnswer(text, 10_000)).toMatchObject({ ok: false, error: { type } });
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseRpcAnswer(text, 10_000).ok).toBe(false);
      }),
    );
  });
});

function at(json: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown>)[name], json);
}

/** A copy in which the value at the path is another. */
function replaced(json: unknown, path: readonly string[], replacement: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  const inner = replaced(at(json, [name]), rest, replacement);
  return Array.isArray(json) ? json.with(Number(name), inner) : { ...(json as object), [name]: inner };
}

function pathsOf(json: unknown): string[][] {
  if (typeof json !== "object" || json === null) return [[]];
  return [
    [],
    ...Object.entries(json).flatMap(([name, value]) => pathsOf(value).map((path) => [name, ...path])),
  ];
}
