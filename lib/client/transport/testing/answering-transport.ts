import { onTestFinished } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { unwrap } from "#protocol/result.ts";
import type { Command } from "#protocol/wire/command.ts";
import { challenge, openSession } from "#protocol/wire/session.ts";
import { createSessions, type Sessions } from "../sessions.ts";
import { createTransport, type Transport } from "../transport.ts";

/** What a server in a test does with one command, behind the real wire formats. */
export interface Answer {
  readonly name: string;
  readonly session: Command<unknown, unknown>["session"];
  /** Null breaks the connection. */
  readonly reply: (request: Bytes) => Promise<Bytes | null>;
}

/** The reply to each request of a command; null breaks the connection. */
export function answer<Q, R, const A extends R | null>(
  command: Command<Q, R>,
  replyTo: (request: Q) => A | Promise<A>,
): Answer {
  return {
    name: command.name,
    session: command.session,
    reply: async (request) => {
      const reply = await replyTo(unwrap(command.parseRequest(request)));
      return reply === null ? null : command.encodeReply(reply);
    },
  };
}

/**
 * The real transport before a server that opens a session for everybody and knows these commands. One that it does
 * not know, or a bug in an answer, would look like a broken connection: either fails the test.
 */
export function createAnsweringTransport(answers: readonly Answer[]): Transport {
  const mistakes: unknown[] = [];
  onTestFinished(() => {
    if (mistakes.length > 0) throw mistakes[0];
  });
  const known = new Map([...SESSION_ANSWERS, ...answers].map((each) => [`${API}/v1/${each.name}`, each]));
  return createTransport({
    api: API,
    now: Date.now,
    fetch: async (url, init) => {
      const reply = await replyTo(known.get(url), url, init).catch((mistake: unknown) => {
        mistakes.push(mistake);
        return null;
      });
      if (reply === null) throw new TypeError("connection lost");
      return new Response(new Uint8Array(reply));
    },
  });
}

/** The sessions of a device that has no other part in the test. */
export function createAnsweringSessions(answers: readonly Answer[]): Sessions {
  return createSessions(suite, createAnsweringTransport(answers), {
    deployment: new Uint8Array(32).fill(1),
    organization: new Uint8Array(32).fill(2),
    device: new Uint8Array(16).fill(3),
    deviceSecretKey: new Uint8Array(32).fill(4),
  });
}

const API = "https://api.example";

const SESSION_ANSWERS: readonly Answer[] = [
  answer(challenge, () => ({ kind: "issued", body: { challenge: new Uint8Array(32) } })),
  answer(openSession, () => ({ kind: "opened", body: { token: new Uint8Array(32), expiresAt: 1 } })),
];

async function replyTo(known: Answer | undefined, url: string, init: RequestInit): Promise<Bytes | null> {
  if (!known) throw new Error(`no answer to ${url}`);
  const hasSession = new Headers(init.headers).has("authorization");
  if (known.session !== "optional" && (known.session === "required") !== hasSession)
    throw new Error(`${known.name} with the wrong authorization`);
  return known.reply(new Uint8Array(await new Response(init.body).arrayBuffer()));
}
