import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { LiveLog } from "../log/live-log.ts";
import type { Caller } from "../ports.ts";
import type { CommandParts } from "./command-parts.ts";
import { failed } from "./served-command.ts";

/**
 * The log, if this caller may read it. A log of another organization is answered like one that does not exist:
 * its existence is nobody else's business.
 */
export async function findReadableLog(
  { engine, access }: Pick<CommandParts, "engine" | "access">,
  caller: Caller,
  id: Bytes,
): Promise<{ readonly live: LiveLog } | { readonly failure: ReturnType<typeof failed> }> {
  const live = await engine.reader.log(id);
  if (!live || !equalBytes(live.identity.organization, caller.organization))
    return { failure: failed("unknownLog") };
  return (await access.mayRead(caller, id)) ? { live } : { failure: failed("notAllowed") };
}

/** The sizes asked about are not ones that the server has an answer for. */
export const NO_SUCH_PROOF = failed("notAvailable", "no proof for these sizes");
