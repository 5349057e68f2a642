import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { append } from "#protocol/wire/append.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed, type ServedCommand, serveAnyone } from "./served-command.ts";

/**
 * Authorised by the record's own signature. Of a READ the bytes are in the log, where every member finds them: it is
 * answered to its author only. Nothing is signed for others, since a refusal of an authentic record would convict an
 * honest server.
 */
export function serveAppend({ engine, access, onError }: CommandParts): ServedCommand {
  return serveAnyone(
    append,
    onError,
    access,
  )(async (request, caller) => {
    const reader = readerOf(request.signed.record);
    if (reader && !(caller && equalBytes(caller.device, reader))) return failed("noSession");
    const answer = await engine.append(request);
    switch (answer.type) {
      case "appended": {
        const { receipt, results, contents, writes } = answer;
        return { kind: "appended", body: { receipt, results, contents, writes } };
      }
      case "refused":
        return { kind: "refused", body: answer.refusal };
      case "unknownLog":
        return failed("unknownLog");
      case "attachmentUnneeded":
        return failed("malformedRequest", "an attachment that the record does not name");
    }
  });
}

/** Device whose READ this is; undefined for every other record. */
function readerOf(record: Bytes): Bytes | undefined {
  const parsed = parseRecord(record);
  return parsed.ok && parsed.value.content.kind === "read" ? parsed.value.device : undefined;
}
