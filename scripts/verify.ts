/**
 * Checks a proof file, or the evidence in it, offline. Exit codes: 0 consistent, 2 contradiction proven, 3 not
 * enough, 4 overdue; 1 for a wrong call or a file that cannot be read.
 *
 * Run: `npm run verify -- FILE [--anchor deployment.json] [--json]`, or the same with `node verify.mjs`, which is
 * this program in one file.
 */
import { open, readFile } from "node:fs/promises";
import { parseDeploymentAnchor } from "#verifier/anchor.ts";
import { MAX_PROOF_FILE_BYTES, readProofFile } from "#verifier/proof-file.ts";
import { EXIT_CODES } from "#verifier/verdict.ts";
import { type VerifyOptions, verifyEvidence } from "#verifier/verify-evidence.ts";
import { describeProofFileError, describeVerdict } from "#verifier/words.ts";

const USAGE = "Usage: verify FILE [--anchor deployment.json] [--json]";

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

async function main(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  const [file, flag, anchorFile, ...rest] = args.filter((argument) => argument !== "--json");
  const isCallRight = flag === undefined || (flag === "--anchor" && anchorFile !== undefined);
  if (file === undefined || !isCallRight || rest.length > 0) throw new Error(USAGE);

  const options = anchorFile === undefined ? {} : await readAnchor(anchorFile);
  const proof = await readProofFile(await readCapped(file));
  if (!proof.ok) {
    console.log(`NOT ENOUGH. ${describeProofFileError(proof.error)}`);
    return EXIT_CODES.notEnough;
  }
  const verdict = await verifyEvidence(proof.evidence, options);
  console.log(isJson ? JSON.stringify(verdict, null, 2) : describeVerdict(verdict).join("\n"));
  return EXIT_CODES[verdict.outcome];
}

async function readAnchor(file: string): Promise<VerifyOptions> {
  const expectedAnchor = parseDeploymentAnchor(await readFile(file, "utf8"));
  if (!expectedAnchor) throw new Error(`${file} names no ledger anchor`);
  return { expectedAnchor };
}

/** One byte more than any proof file has, so that what is too large shows. */
async function readCapped(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(Math.min(size, MAX_PROOF_FILE_BYTES + 1));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
