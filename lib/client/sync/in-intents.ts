import {
  type IntendedChange,
  type IntendedContent,
  MAX_CONTENTS_PER_INTENT,
  MAX_INTENT_BYTES,
  type NewIntent,
} from "../journal/intent.ts";

/** Puts with one content each, in as few intents as may be: both are cut at the same places. */
export function inIntents(
  changes: readonly IntendedChange[],
  contents: readonly IntendedContent[],
): readonly Omit<NewIntent, "createdAt">[] {
  const intents: Omit<NewIntent, "createdAt">[] = [];
  let first = 0;
  let bytes = 0;
  for (let end = 0; end <= contents.length; end++) {
    const sizeBytes = contents[end]?.encoded.length ?? Number.POSITIVE_INFINITY;
    const isFull = end - first === MAX_CONTENTS_PER_INTENT || bytes + sizeBytes > MAX_INTENT_BYTES;
    bytes += sizeBytes;
    if (!isFull || end === first) continue;
    const some = changes.slice(first, end);
    intents.push({
      changes: some,
      contents: contents.slice(first, end),
      subjects: some.slice(0, 8).flatMap((change) => (change.kind === "put" ? [change.body.after.name] : [])),
    });
    first = end;
    bytes = sizeBytes;
  }
  return intents;
}
