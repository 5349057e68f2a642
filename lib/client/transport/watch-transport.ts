import type { Transport, TransportError } from "./transport.ts";

const AWAY: ReadonlySet<TransportError["type"]> = new Set([
  "ServerUnreachable",
  "ServerTimedOut",
  "ForeignAnswer",
]);

/** The same transport, telling after each command whether the server was reached at all. */
export function watchTransport(transport: Transport, onCalled: (isReached: boolean) => void): Transport {
  return {
    ...transport,
    call: async (command, request, session) => {
      const answer = await transport.call(command, request, session);
      const isAway = !answer.ok && AWAY.has(answer.error.type);
      onCalled(!isAway);
      return answer;
    },
  };
}
