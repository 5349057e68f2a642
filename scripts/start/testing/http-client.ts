import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toBase64Url } from "#protocol/bytes/text.ts";
import { signInContext } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import type { Command } from "#protocol/wire/command.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import { createWorkspace } from "#protocol/wire/create-workspace.ts";
import { challenge, openSession, SESSION_CONTEXT, sessionStatement } from "#protocol/wire/session.ts";
import type { Person } from "#server/testing/person.ts";
import type { Door } from "#server/testing/world.ts";

/** The wire as any client speaks it: `fetch`, CBOR bodies, a bearer token. */
export async function call<Q, R extends { readonly kind: string }>(
  api: string,
  command: Command<Q, R>,
  request: Q,
  token?: Bytes,
): Promise<R> {
  const response = await fetch(`${api}/v1/${command.name}`, {
    method: "POST",
    headers: {
      "content-type": "application/cbor",
      ...(token ? { authorization: `Bearer ${toBase64Url(token)}` } : {}),
    },
    body: new Uint8Array(command.encodeRequest(request)),
  });
  return unwrap(command.parseReply(new Uint8Array(await response.arrayBuffer())));
}

/** Records reach the server over HTTP. */
export function createHttpDoor(api: string): Door {
  return {
    append: async (submission) => {
      const reply = await call(api, append, submission);
      if (reply.kind === "appended") return { type: "appended", ...reply.body };
      if (reply.kind === "refused") return { type: "refused", refusal: reply.body };
      throw new Error(JSON.stringify(reply));
    },
    createOrganization: async (wanted) => {
      const reply = await call(api, createOrganization, { ...wanted, bootstrapToken: null });
      if (reply.kind !== "created") throw new Error(JSON.stringify(reply));
      return { type: "created", log: new Uint8Array(32), ...reply.body };
    },
    createWorkspace: async (wanted) => {
      const reply = await call(api, createWorkspace, wanted);
      if (reply.kind === "created") return { type: "created", ...reply.body };
      if (reply.kind === "refused") return { type: "refused", refusal: reply.body };
      throw new Error(JSON.stringify(reply));
    },
  };
}

/** A session's token. */
export async function signIn(
  suite: CryptoSuite,
  api: string,
  deployment: Bytes,
  organization: Bytes,
  { device, deviceSecret }: Person,
): Promise<Bytes> {
  const issued = await call(api, challenge, {});
  if (issued.kind !== "issued") throw new Error(issued.kind);
  const statement = sessionStatement(deployment, organization, device, issued.body.challenge);
  const signature = signInContext(suite, SESSION_CONTEXT, statement, deviceSecret);
  const opened = await call(api, openSession, {
    organization,
    device,
    challenge: issued.body.challenge,
    signature,
  });
  if (opened.kind !== "opened") throw new Error(opened.kind);
  return opened.body.token;
}
