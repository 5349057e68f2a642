import type { Bytes } from "../../bytes/bytes.ts";
import { encodeUtf8, fromHex, toHex } from "../../bytes/text.ts";
import type { CryptoSuite } from "../../crypto/suite.ts";
import { unwrap } from "../../result.ts";
import { GO_ZERO_TIME, parseCometTime } from "../comet-time.ts";
import { hashHeader } from "../hash-header.ts";
import {
  readArray,
  readField,
  readInt64,
  readJson,
  readNumber,
  readObject,
  readText,
  readUint64,
} from "../json-reader.ts";
import { merkleRootOf } from "../merkle-root.ts";
import { type CometHeader, NO_BLOCK_ID } from "../types.ts";
import { encodeVoteSignBytes } from "../vote-sign-bytes.ts";
import {
  difference,
  runCases,
  type VectorCase,
  type VectorFile,
  type VectorReport,
} from "./vector-report.ts";

const ODDITIES = [
  "rfc6962.node_N123_N456 is left out: it hashes two texts of 4 bytes, and nodes here have 32",
];

/** `literals.json`: a header hash, five votes' sign-bytes and tree hashes, transcribed from CometBFT's Go tests. */
export function runLiteralVectors(suite: CryptoSuite, file: VectorFile): VectorReport {
  const literals = unwrap(readJson(readObject, JSON.parse(file.text)));
  const section = (name: string) => readField(literals, name, "$", readObject);
  const cases = [
    headerCase(suite, section("headerHash")),
    ...readField(section("voteSignBytes"), "cases", "$", readArray(readObject, 10)).map(voteCase),
    ...readField(section("merkleTree"), "cases", "$", readArray(readObject, 10)).map(treeCase(suite)),
    ...rfc6962Cases(suite, section("rfc6962")),
  ];
  return runCases(cases, ODDITIES);
}

type Json = Readonly<Record<string, unknown>>;

const readLine = readText(1_000);

/** By the rules in the vector's note: hashes of field names, and an identifier of zeros with six parts. */
function headerCase(suite: CryptoSuite, json: Json): VectorCase {
  const text = (name: string): string => readField(json, name, "$", readLine);
  const named = (name: string): Bytes => suite.sha256(encodeUtf8(name));
  const version = readField(json, "version", "$", readObject);
  const zeros = new Uint8Array(32);
  const header: CometHeader = {
    version: {
      block: readField(version, "block", "$", readUint64),
      app: readField(version, "app", "$", readUint64),
    },
    chainId: text("chain_id"),
    height: readField(json, "height", "$", readInt64),
    time: unwrap(parseCometTime(text("time"))),
    lastBlockId: { hash: zeros, parts: { total: 6, hash: zeros } },
    lastCommitHash: named("last_commit_hash"),
    dataHash: named("data_hash"),
    validatorsHash: named("validators_hash"),
    nextValidatorsHash: named("next_validators_hash"),
    consensusHash: named("consensus_hash"),
    appHash: named("app_hash"),
    lastResultsHash: named("last_results_hash"),
    evidenceHash: named("evidence_hash"),
    proposerAddress: named("proposer_address").slice(0, 20),
  };
  return hexCase("header hash", () => hashHeader(suite, header), text("expect"));
}

function voteCase(json: Json, index: number): VectorCase {
  const vote = {
    type: readField(json, "type", "$", readNumber(2)),
    height: readField(json, "height", "$", readInt64),
    round: readField(json, "round", "$", readNumber(1)),
    blockId: NO_BLOCK_ID,
    timestamp: GO_ZERO_TIME,
    chainId: readField(json, "chain_id", "$", readLine),
  };
  return hexCase(
    `vote ${index + 1}`,
    () => encodeVoteSignBytes(vote),
    readField(json, "hexFull", "$", readLine),
  );
}

function treeCase(suite: CryptoSuite): (json: Json) => VectorCase {
  return (json) => {
    const leaves = readField(json, "leavesHex", "$", readArray(readLine, 10)).map((leaf) =>
      unwrap(fromHex(leaf)),
    );
    const root = readField(json, "root", "$", readLine);
    return hexCase(`tree of ${leaves.length}: ${root}`, () => merkleRootOf(suite, leaves), root);
  };
}

/** Leaf and empty-tree hashes are the roots of the smallest trees. */
function rfc6962Cases(suite: CryptoSuite, json: Json): readonly VectorCase[] {
  const root = (name: string, ...leaves: readonly string[]): VectorCase =>
    hexCase(
      `rfc6962 ${name}`,
      () => merkleRootOf(suite, leaves.map(encodeUtf8)),
      readField(json, name, "$", readLine),
    );
  return [root("empty_tree"), root("empty_leaf", ""), root("leaf_L123456", "L123456")];
}

function hexCase(name: string, actual: () => Bytes, expected: string): VectorCase {
  return { name, run: () => difference(toHex(actual()), expected.toLowerCase()) };
}
