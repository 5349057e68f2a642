import { equal, hex } from "../bytes.ts";
import { blame, type Case, type Finding, needEntries, needHead, needLeaf } from "../case.ts";
import { encodeCbor } from "../cbor.ts";
import type { ClaimOf } from "../evidence.ts";
import { mapKey, parseValue } from "../log-map.ts";
import { hashInContext } from "../sha256.ts";

/** A READ of the newest version that got an older one: the next had been written before the read. */
export async function judgeStaleRead(file: Case, claim: ClaimOf<"staleRead">): Promise<Finding> {
  const { steps } = file;
  const { nonce, items } = claim.opening;
  const vouched = await needHead(file, claim.head);
  const leaf = needLeaf(file, vouched, claim.read, "leafIsIncluded");
  const isApplied = leaf.kind === "record" && leaf.stamp.outcome === "applied";
  const content = isApplied ? leaf.record.content : undefined;
  const read = steps.need("recordIsReadable", content?.kind === "read" && content, "an applied read");

  const request = hashInContext("read-request", nonce, encodeCbor(items.encoded));
  const isOpening = equal(request, read.request) && read.count === items.parsed.length;
  steps.need("openingIsTheRecords", isOpening, hex(request));
  const results = hashInContext("read-results", nonce, encodeCbor(claim.results.encoded));
  const areResults = leaf.stamp.results !== null && equal(results, leaf.stamp.results);
  steps.need("resultsAreTheStamps", areResults && claim.results.parsed.length === read.count, hex(results));
  const item = items.parsed[claim.item];
  const result = claim.results.parsed[claim.item];
  const { manifest } = steps.expect(
    "evidenceSuffices",
    item?.version === null && item,
    "asked for the newest version",
  );
  const got = result?.version ?? 0;

  const later = needLeaf(file, vouched, claim.later, "otherLeafIsIncluded");
  const entries = needEntries(file, later.stamp.mapRoot, [claim.entry]);
  const next = entries.read(mapKey.manifestVersion(manifest, got + 1), parseValue.manifestVersion);
  const written = steps.expect("evidenceSuffices", next ?? undefined, `version ${got + 1}`);
  const isStale = claim.later.index >= claim.read.index && written.writeIndex < claim.read.index;
  const detail = `read ${claim.read.index} got version ${got}, version ${got + 1} is write ${written.writeIndex}`;
  return { contradicts: steps.decide("readWasStale", isStale, detail), accused: blame(file, vouched.signer) };
}
