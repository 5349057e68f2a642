import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toBase64Url } from "#protocol/bytes/text.ts";
import { signInContext } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import type { Command } from "#protocol/wire/command.ts";
import { createOrganization } from "#protocol/wire/create-organization.ts";
import { createWorkspace } from "#protocol/wire/create-workspace.ts";
import { challenge, openSession, SESSION_CONTEXT, sessionStatement } from "#protocol/wire/session.ts";
import type { Person } from "./person.ts";
import type { Door } from "./world.ts";

export interface CallOptions {
  readonly token?: Bytes | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of the wire: encodes requests, parses replies, and nothing else. */
export class HttpClient {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  async call<Q, R>(command: Command<Q, R>, request: Q, options: CallOptions = {}): Promise<R> {
    const response = await this.post(command.name, command.encodeRequest(request), options);
    return unwrap(command.parseReply(new Uint8Array(await response.arrayBuffer())));
  }

  post(name: string, body: Bytes, { token, headers = {} }: CallOptions = {}): Promise<Response> {
    return fetch(`${this.origin}/v1/${name}`, {
      method: "POST",
      headers: {
        "content-type": "application/cbor",
        ...(token ? { authorization: `Bearer ${toBase64Url(token)}` } : {}),
        ...headers,
      },
      body: new Uint8Array(body),
    });
  }

  async openSession(
    suite: CryptoSuite,
    deployment: Bytes,
    organization: Bytes,
    person: Person,
  ): Promise<Bytes> {
    const issued = await this.call(challenge, {});
    if (issued.kind !== "issued") throw new Error(issued.kind);
    const { device } = person;
    const statement = sessionStatement(deployment, organization, device, issued.body.challenge);
    const signature = signInContext(suite, SESSION_CONTEXT, statement, person.deviceSecret);
    const opened = await this.call(openSession, { organization, device, signature, ...issued.body });
    if (opened.kind !== "opened") throw new Error(opened.kind);
    return opened.body.token;
  }
}

/** The same door as the engine's, through HTTP: each record in the session of its author, if there is one. */
export function createHttpDoor(
  client: HttpClient,
  bootstrapToken: string | null = null,
  sessionOf: (device: Bytes) => Bytes | undefined = () => undefined,
): Door {
  return {
    append: async (submission) => {
      const { device } = unwrap(parseRecord(submission.signed.record));
      const reply = await client.call(append, submission, { token: sessionOf(device) });
      switch (reply.kind) {
        case "appended":
          return { type: "appended", ...reply.body };
        case "refused":
          return { type: "refused", refusal: reply.body };
        case "failed":
          throw new Error(`${reply.body.reason}: ${reply.body.detail}`);
      }
    },
    createOrganization: async ({ records, profiles }) => {
      const reply = await client.call(createOrganization, { records, profiles, bootstrapToken });
      if (reply.kind !== "created") throw new Error(reply.body.reason);
      return { type: "created", log: new Uint8Array(32), receipts: reply.body.receipts };
    },
    createWorkspace: async (wanted) => {
      const reply = await client.call(createWorkspace, wanted);
      switch (reply.kind) {
        case "created":
          return { type: "created", ...reply.body };
        case "refused":
          return { type: "refused", refusal: reply.body };
        case "failed":
          throw new Error(`${reply.body.reason}: ${reply.body.detail}`);
      }
    },
  };
}
