"use client";

import { browserFetch } from "#client/transport/browser-fetch.ts";
import type { VerifyOutcome } from "#ui/verify/outcome.ts";
import { VerifyScreen } from "#ui/verify/verify-screen.tsx";
import { type Anchor, parseAnchors } from "#verifier/anchor.ts";
import { readProofFile } from "#verifier/proof-file.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";

/** The independent verifier on a page of its own: no engine, and from the network only what this app was set up for. */
export function Verify() {
  return <VerifyScreen verify={verify} />;
}

async function verify(file: Uint8Array): Promise<VerifyOutcome> {
  const proof = await readProofFile(file);
  if (!proof.ok) return { outcome: "unreadable", error: proof.error };
  const verdict = await verifyEvidence(proof.evidence, { anchors: await ownAnchors() });
  const isUnreadable = verdict.steps.at(-1)?.name === "evidenceIsReadable";
  if (isUnreadable) return { outcome: "unreadable", error: "notAnArchive" };
  return { accused: null, because: null, restsOn: null, shows: null, ...verdict };
}

/** Those that this app's own deployment names; none where they cannot be had, and then nothing is compared. */
async function ownAnchors(): Promise<readonly Anchor[]> {
  const text = await browserFetch("/deployment.json", { cache: "no-cache", redirect: "error" })
    .then((response) => (response.ok ? response.text() : ""))
    .catch(() => "");
  return parseAnchors(text) ?? [];
}
