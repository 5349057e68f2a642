import { downloadZip } from "client-zip";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { parseEvidence } from "#protocol/evidence/evidence.ts";
import { proofReadme, proofReport } from "./proof-texts.ts";
import { readableJson } from "./readable-json.ts";
import type { FindingRow } from "./tables.ts";

/**
 * A finding as a zip that convinces somebody who trusts neither this device nor the server: the evidence as it was
 * verified, the same for human eyes, and the verifier in one file. Names of files and people are not in it.
 */
export async function createProofFile(
  finding: FindingRow,
  encoded: Bytes,
  /** `verify.mjs` as the app's own origin serves it; null where it could not be had. */
  verifier: Bytes | null,
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const evidence = parseEvidence(encoded);
  if (!evidence.ok) throw new Error("saved evidence was encoded here");
  const { claim, ledger, anchor, ...about } = evidence.value;
  const bundles = ledger
    .map((bundle) => parseLedgerBundle(bundle))
    .flatMap((it) => (it.ok ? [it.value] : []));
  const headers = bundles.map(({ lightBlocks, statement }) => ({
    lightBlocks,
    registry: statement?.registry,
    epochs: statement?.epochs,
  }));
  const foundAt = new Date(finding.foundAt);
  const texts = { kind: finding.kind, accused: finding.accused, foundAt: foundAt.toISOString(), anchor };
  const files: { readonly name: string; readonly input: string | Bytes }[] = [
    { name: "README.txt", input: proofReadme(texts, verifier !== null) },
    { name: "report.html", input: proofReport(texts) },
    { name: "evidence.cbor", input: encoded },
    { name: "evidence.json", input: readableJson({ ...about, anchor, claim }) },
    { name: "ledger/headers.json", input: readableJson(headers) },
    ...ledger.map((input, place) => ({ name: `ledger/bundle-${place + 1}.cbor`, input })),
    ...(verifier ? [{ name: "verify.mjs", input: verifier }] : []),
  ];
  const zip = downloadZip(files.map((file) => ({ ...file, lastModified: foundAt })));
  return {
    name: `proof-${finding.kind}-${toHex(finding.id).slice(0, 8)}.zip`,
    bytes: new Uint8Array(await zip.arrayBuffer()),
  };
}
