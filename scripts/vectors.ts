import { randomBytes } from "node:crypto";
import { createNobleSuite } from "#crypto/noble-suite.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import { runLiteralVectors } from "#protocol/comet/testing/literal-vectors.ts";
import { runMbtVectors } from "#protocol/comet/testing/mbt-vectors.ts";
import { runRpcVectors } from "#protocol/comet/testing/rpc-vectors.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { runRfc6962Vectors } from "#protocol/merkle/testing/rfc6962-vectors.ts";
import { readVectorFiles, type VectorFile } from "#protocol/testing/vector-files.ts";

/** Runs the outside conformance vectors on both crypto libraries: a line per suite, oddities by name. */

interface Report {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly oddities: readonly string[];
}

function filesOf(folder: string): readonly VectorFile[] {
  const files = readVectorFiles(folder);
  if (files) return files;
  console.error("The conformance vectors are not beside the project: expected them in ../shared/vectors.");
  process.exit(1);
}

function printReport(name: string, { passed, failed, oddities }: Report): void {
  console.log(`${name}: ${passed.length} passed, ${failed.length} failed`);
  for (const failure of failed) console.log(`  failed: ${failure}`);
  for (const oddity of oddities) console.log(`  oddity, documented: ${oddity}`);
}

function runAll(library: string, suite: CryptoSuite): number {
  const literals = filesOf(".").find(({ path }) => path === "literals.json") ?? {
    path: "literals.json",
    text: "",
  };
  const sha256 = (message: Uint8Array) => suite.sha256(message);
  const reports: readonly (readonly [string, Report])[] = [
    ["rfc6962", runRfc6962Vectors(sha256, filesOf("rfc6962"))],
    ["mbt-single-step", runMbtVectors(suite, filesOf("mbt-single-step"))],
    ["rpc-kvstore/v0_38", runRpcVectors(suite, filesOf("rpc-kvstore"))],
    ["literals", runLiteralVectors(suite, literals)],
  ];
  for (const [name, report] of reports) printReport(`${name} on ${library}`, report);
  return reports.reduce((sum, [, report]) => sum + report.failed.length, 0);
}

const failed =
  runAll("libsodium and hash-wasm", await createProductSuite()) +
  runAll(
    "noble",
    createNobleSuite((length) => randomBytes(length)),
  );
process.exit(failed === 0 ? 0 : 1);
