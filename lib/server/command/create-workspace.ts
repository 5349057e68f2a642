import { createWorkspace } from "#protocol/wire/create-workspace.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed, type ServedCommand, serveOpen } from "./served-command.ts";

/** Authorised by the two records' own signatures. */
export function serveCreateWorkspace({ engine, onError }: CommandParts): ServedCommand {
  return serveOpen(
    createWorkspace,
    onError,
  )(async (request) => {
    const answer = await engine.createWorkspace(request);
    switch (answer.type) {
      case "created": {
        const { organizationReceipt, receipt } = answer;
        return { kind: "created", body: { organizationReceipt, receipt } };
      }
      case "refused":
        return { kind: "refused", body: answer.refusal };
      case "unknownLog":
        return failed("unknownLog");
      case "attachmentUnneeded":
        return failed("malformedRequest", "a ring that the genesis does not name");
    }
  });
}
