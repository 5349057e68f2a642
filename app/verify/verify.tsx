"use client";

import type { VerifyOutcome } from "#ui/verify/outcome.ts";
import { VerifyScreen } from "#ui/verify/verify-screen.tsx";
import { readProofFile } from "#verifier/proof-file.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";

/** The independent verifier on a page of its own: neither engine nor network. */
export function Verify() {
  return <VerifyScreen verify={verify} />;
}

async function verify(file: Uint8Array): Promise<VerifyOutcome> {
  const proof = await readProofFile(file);
  if (!proof.ok) return { outcome: "unreadable", error: proof.error };
  const verdict = await verifyEvidence(proof.evidence);
  const isUnreadable = verdict.steps.at(-1)?.name === "evidenceIsReadable";
  return isUnreadable ? { outcome: "unreadable", error: "notAnArchive" } : { accused: null, ...verdict };
}
