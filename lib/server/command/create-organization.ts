import { equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8 } from "#protocol/bytes/text.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import { parseOrganizationGenesis } from "../log/create-organization-job.ts";
import type { CommandParts } from "./command-parts.ts";
import { type ServedCommand, serveOpen } from "./served-command.ts";

export function serveCreateOrganization(parts: CommandParts): ServedCommand {
  const { engine, deployment, onError } = parts;
  return serveOpen(
    createOrganization,
    onError,
  )(async ({ records, profiles, bootstrapToken }) => {
    const refused = (reason: "recordsInvalid" | "foreignDeployment" | TokenFault) =>
      ({ kind: "refused", body: { reason } }) as const;
    const tokenFault = checkToken(parts, bootstrapToken);
    if (tokenFault !== undefined) return refused(tokenFault);
    const genesis = parseOrganizationGenesis(records);
    if (!genesis) return refused("recordsInvalid");
    if (!equalBytes(genesis.deployment, deployment)) return refused("foreignDeployment");
    const answer = await engine.createOrganization({ records, profiles });
    if (answer.type === "recordsInvalid") return refused("recordsInvalid");
    return { kind: "created", body: { receipts: answer.receipts } };
  });
}

type TokenFault = "bootstrapTokenRequired" | "bootstrapTokenWrong";

function checkToken(
  { suite, bootstrapToken }: Pick<CommandParts, "suite" | "bootstrapToken">,
  shown: string | null,
): TokenFault | undefined {
  if (bootstrapToken === null) return undefined;
  if (shown === null) return "bootstrapTokenRequired";
  // Comparing hashes tells nothing about the token by the time it takes.
  const isRight = equalBytes(suite.sha256(encodeUtf8(shown)), suite.sha256(encodeUtf8(bootstrapToken)));
  return isRight ? undefined : "bootstrapTokenWrong";
}
