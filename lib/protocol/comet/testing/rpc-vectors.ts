import { type Bytes, equalBytes } from "../../bytes/bytes.ts";
import { toHex } from "../../bytes/text.ts";
import type { CryptoSuite } from "../../crypto/suite.ts";
import { rootFromInclusion } from "../../merkle/merkle-proof.ts";
import { unwrap } from "../../result.ts";
import { hashCommit } from "../hash-commit.ts";
import { hashHeader } from "../hash-header.ts";
import {
  readArray,
  readBase64,
  readField,
  readHex,
  readInt64,
  readJson,
  readObject,
} from "../json-reader.ts";
import { merkleRootOf } from "../merkle-root.ts";
import {
  parseJsonCommit,
  parseJsonHeader,
  parseRpcAnswer,
  parseRpcCommit,
  parseRpcValidators,
} from "../parse-rpc.ts";
import { verifyAnchorBlock } from "../trust-anchor.ts";
import type { CometHeader, ValidatorSet } from "../types.ts";
import { markVerified } from "../verified.ts";
import { verifyHeaderBackwards } from "../verify-backwards.ts";
import {
  difference,
  runCases,
  type VectorCase,
  type VectorFile,
  type VectorReport,
} from "./vector-report.ts";

type Json = Readonly<Record<string, unknown>>;

const ODDITIES = [
  "recorded from 0.38.0-alpha.1: its answers have no /validators, the set is taken from /status",
];

/** Answers recorded from a node that ran the key-value store: hashes, the one commit, the chain, tx proofs. */
export function runRpcVectors(suite: CryptoSuite, files: readonly VectorFile[]): VectorReport {
  const answers = new Map(files.map(({ path, text }) => [path, text]));
  const result = (name: string): Json => {
    const answer = unwrap(parseRpcAnswer(answers.get(`v0_38/${name}.json`) ?? "", 1_000_000));
    return unwrap(readJson(readObject, answer));
  };
  const validators = validatorsOf(suite, result("status"));
  const newBlocks = [0, 1, 2, 3, 4].map((number) => `subscribe_newblock_${number}`);
  return runCases(
    [
      commitCase(suite, result("commit_at_height_10"), validators),
      ...["block_at_height_1", "block_at_height_10", "block_by_hash"].flatMap((name) =>
        blockCases(suite, name, result(name)),
      ),
      ...newBlocks.flatMap((name) => blockCases(suite, name, at(result(name), "data", "value"))),
      ...chainCases(suite, result("blockchain_from_1_to_10")),
      ...readField(result("tx_search_with_prove"), "txs", "$", readArray(readObject, 100)).map(txCase(suite)),
    ],
    ODDITIES,
  );
}

function at(json: Json, ...names: readonly string[]): Json {
  return names.reduce((object, name) => readField(object, name, "$", readObject), json);
}

function validatorsOf(suite: CryptoSuite, status: Json): ValidatorSet {
  return unwrap(parseRpcValidators(suite, { validators: [status["validator_info"]] }));
}

/** The whole of a light block but for the second set, which is the same one on this chain. */
function commitCase(suite: CryptoSuite, json: Json, validators: ValidatorSet): VectorCase {
  return {
    name: "/commit at height 10",
    run: () => {
      const signed = unwrap(parseRpcCommit(json));
      const { chainId, height } = signed.header;
      const anchor = {
        chainId,
        height,
        headerHash: signed.commit.blockId.hash,
        deploymentId: new Uint8Array(32),
      };
      const verified = verifyAnchorBlock(suite, anchor, {
        ...signed,
        validators,
        nextValidators: validators,
      });
      return verified.ok ? undefined : verified.error.type;
    },
  };
}

function blockCases(suite: CryptoSuite, name: string, json: Json): readonly VectorCase[] {
  const header = headerOf(at(json, "block"));
  const lastCommit = unwrap(parseJsonCommit(at(json, "block", "last_commit")));
  return [
    sameBytes(`${name} block hash`, () => hashHeader(suite, header), blockHashOf(json)),
    sameBytes(`${name} last_commit_hash`, () => hashCommit(suite, lastCommit), header.lastCommitHash),
    sameBytes(`${name} data_hash of no transactions`, () => merkleRootOf(suite, []), header.dataHash),
  ];
}

function chainCases(suite: CryptoSuite, json: Json): readonly VectorCase[] {
  const metas = readField(json, "block_metas", "$", readArray(readObject, 100));
  const headers = metas.map(headerOf);
  return metas.flatMap((meta, index) => {
    const header = headerOf(meta);
    const later = headers[index - 1];
    const hash = sameBytes(
      `/blockchain hash at ${header.height}`,
      () => hashHeader(suite, header),
      blockHashOf(meta),
    );
    if (later === undefined) return [hash];
    const run = (): string | undefined => {
      const step = verifyHeaderBackwards(suite, markVerified(later), header);
      return step.ok ? undefined : step.error.type;
    };
    return [hash, { name: `/blockchain backwards to ${header.height}`, run }];
  });
}

/** A transaction is a leaf of `data_hash` by its SHA-256, not by its bytes. */
function txCase(suite: CryptoSuite): (json: Json) => VectorCase {
  return (json) => {
    const proof = at(json, "proof", "proof");
    const hash = readField(json, "hash", "$", readHex(32));
    const leafHash = readField(proof, "leaf_hash", "$", readBase64(32));
    return {
      name: `transaction ${toHex(hash)}`,
      run: () => {
        if (!equalBytes(merkleRootOf(suite, [hash]), leafHash)) return "another leaf hash";
        const root = rootFromInclusion((message) => suite.sha256(message), {
          leafIndex: readField(proof, "index", "$", readInt64),
          treeSize: readField(proof, "total", "$", readInt64),
          leafHash,
          path: readField(proof, "aunts", "$", readArray(readBase64(32), 64)),
        });
        const claimed = readField(at(json, "proof"), "root_hash", "$", readHex(32));
        return root.ok ? difference(toHex(root.value), toHex(claimed)) : root.error.type;
      },
    };
  };
}

function headerOf(json: Json): CometHeader {
  return unwrap(parseJsonHeader(json["header"]));
}

function blockHashOf(json: Json): Bytes {
  return readField(at(json, "block_id"), "hash", "$", readHex(32));
}

function sameBytes(name: string, actual: () => Bytes, expected: Bytes): VectorCase {
  return { name, run: () => difference(toHex(actual()), toHex(expected)) };
}
