import { toHex } from "#protocol/bytes/text.ts";
import type { EvidenceAnchor } from "#protocol/evidence/evidence.ts";
import type { Accused } from "./tables.ts";

/** The words of a proof file. It is read far from this app, so they are English and say no more than was verified. */
export interface ProofTexts {
  readonly kind: string;
  readonly accused: Accused;
  /** ISO 8601. */
  readonly foundAt: string;
  readonly anchor: EvidenceAnchor;
}

export function proofReadme({ kind, accused, foundAt, anchor }: ProofTexts, hasVerifier: boolean): string {
  const verifier = hasVerifier
    ? "  node verify.mjs evidence.cbor --anchor deployment.json      (Node.js 20 or later, no installation, no network)"
    : "  Open evidence.cbor at /verify of any copy of the app: this file was saved while verify.mjs was out of reach.";
  return `${[
    "Holdfast proof file",
    "",
    `Kind: ${kind}`,
    `About: ${ACCUSED[accused]}`,
    `Found: ${foundAt} by the clock of the device that saved it`,
    "",
    "Check it yourself:",
    verifier,
    "  deployment.json is the one at the address of the app that this is about, such as https://app.example.org.",
    "  Fetch it yourself: an anchor from whoever gave you this file proves nothing, for they may have invented the",
    "  ledger as well. Or give four values that you know, from an invitation link or the app's settings:",
    "  --anchor CHAIN HEIGHT HEADER DEPLOYMENT",
    "  Exit code 2: contradiction proven. 4: overdue. 0: consistent. 3: not enough. 5: the ledger is only the word of",
    "  whoever made this file, so nobody is accused (no anchor was compared, or only an old one).",
    "",
    "Where this file says that the proof starts:",
    `  chain      ${anchor.chainId}`,
    `  height     ${anchor.height}`,
    `  header     ${toHex(anchor.headerHash)}`,
    `  deployment ${toHex(anchor.deployment)}`,
    "",
    "What it does not tell: who did it, or whether on purpose. A break-in and a badly restored backup can",
    "look the same. It holds ids, hashes and signatures; no names of files or people, and no content.",
    "",
    "evidence.cbor        what verify.mjs reads",
    "evidence.json        the same, to be read by people",
    "ledger/              the ledger's headers and statements, as whoever made this file had them",
    "report.html          a summary without scripts",
  ].join("\n")}\n`;
}

export function proofReport({ kind, accused, foundAt, anchor }: ProofTexts): string {
  const facts = [
    ["Kind", kind],
    ["About", ACCUSED[accused]],
    ["Found", foundAt],
    ["Chain", anchor.chainId],
    ["Height where it says that it starts", String(anchor.height)],
    ["Header hash there", toHex(anchor.headerHash)],
    ["Deployment", toHex(anchor.deployment)],
  ] as const;
  const rows = facts.map(
    ([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Holdfast proof file</title>
</head>
<body>
<main>
<h1>${escape(accused === "liveness" ? "A file about something that was due and has not happened" : "A file about two statements that cannot both be true")}</h1>
<p>This is what the device that saved the file found. It is nothing but its word until you compare the ledger with
an anchor of your own: fetch <code>deployment.json</code> from the address of the app that this is about, and run
<code>node verify.mjs evidence.cbor --anchor deployment.json</code>.</p>
<table>
${rows.join("\n")}
</table>
</main>
</body>
</html>
`;
}

const ACCUSED: Readonly<Record<Accused, string>> = {
  instance: "one server instance",
  deployment: "the servers of the deployment together",
  device: "a device",
  validators: "the ledger's validators",
  liveness: "a seal that is overdue",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
