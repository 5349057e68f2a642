import type { Transport } from "./transport.ts";

/** The same transport, telling after each command whether the server was reached at all. */
export function watchTransport(transport: Transport, onCalled: (isReached: boolean) => void): Transport {
  return {
    ...transport,
    call: async (command, request, session) => {
      const answer = await transport.call(command, request, session);
      const isAway =
        !answer.ok && (answer.error.type === "ServerUnreachable" || answer.error.type === "ServerTimedOut");
      onCalled(!isAway);
      return answer;
    },
  };
}
