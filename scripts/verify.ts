/**
 * Checks a proof file, or the evidence in it, offline. Exit codes: 0 consistent, 2 contradiction proven, 3 not
 * enough, 4 overdue, 5 the ledger is only the witness's word; 1 for a wrong call or a file that cannot be read.
 *
 * Run: `npm run verify -- FILE --anchor deployment.json`, or the same with `node verify.mjs`, which is this program
 * in one file. An anchor from a source of one's own is what makes an accusation one; see USAGE for its other form.
 */
import { open, readFile } from "node:fs/promises";
import { type Anchor, anchorOfValues, parseAnchors } from "#verifier/anchor.ts";
import { MAX_PROOF_FILE_BYTES, readProofFile } from "#verifier/proof-file.ts";
import { EXIT_CODES } from "#verifier/verdict.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { describeProofFileError, describeVerdict } from "#verifier/words.ts";

const USAGE = `Usage: verify FILE [--anchor ANCHORS] [--json]
ANCHORS is a file such as deployment.json, or four values: CHAIN HEIGHT HEADER-HASH DEPLOYMENT`;

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

async function main(args: readonly string[]): Promise<number> {
  const { file, anchorValues, isJson } = readArguments(args);
  const anchors = anchorValues && (await readAnchors(anchorValues));
  const proof = await readProofFile(await readCapped(file));
  if (!proof.ok) {
    console.log(`NOT ENOUGH. ${describeProofFileError(proof.error)}`);
    return EXIT_CODES.notEnough;
  }
  const verdict = await verifyEvidence(proof.evidence, anchors ? { anchors } : {});
  console.log(isJson ? JSON.stringify(verdict, null, 2) : describeVerdict(verdict).join("\n"));
  return EXIT_CODES[verdict.outcome];
}

function readArguments(args: readonly string[]) {
  const words = args.filter((argument) => argument !== "--json");
  const at = words.indexOf("--anchor");
  const isFileLast = at === 0;
  const before = at < 0 ? words : words.slice(0, at);
  const after = at < 0 ? [] : words.slice(at + 1);
  const [file, ...rest] = isFileLast ? after.slice(-1) : before;
  const values = isFileLast ? after.slice(0, -1) : after;
  const isCallRight = rest.length === 0 && (at < 0 || values.length === 1 || values.length === 4);
  if (file === undefined || !isCallRight || [file, ...values].some((word) => word.startsWith("--"))) {
    throw new Error(USAGE);
  }
  return { file, anchorValues: at < 0 ? undefined : values, isJson: words.length < args.length };
}

async function readAnchors(values: readonly string[]): Promise<readonly Anchor[]> {
  const [file, height, headerHash, deployment] = values;
  if (file !== undefined && values.length === 1) {
    const anchors = parseAnchors(await readFile(file, "utf8"));
    if (!anchors) throw new Error(`${file} names no ledger anchors, or two headers of one height`);
    return anchors;
  }
  const anchor = anchorOfValues(file, height, headerHash, deployment);
  if (!anchor) throw new Error(`${values.join(" ")} is no ledger anchor\n${USAGE}`);
  return [anchor];
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
