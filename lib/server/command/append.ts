import { append } from "#protocol/wire/append.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed, type ServedCommand, serveOpen } from "./served-command.ts";

/** Authorised by the record's own signature. */
export function serveAppend({ engine, onError }: CommandParts): ServedCommand {
  return serveOpen(
    append,
    onError,
  )(async (request) => {
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
