import type { Composition } from "#server/main.ts";

/** A server that at some point takes no more blocks, and does not answer either, until it is told to. */
export interface BlockGate {
  readonly decorate: (composition: Composition) => Composition;
  /** From now on requests with blocks pass until they bring this much; resolves when the next one waits. */
  readonly closeAfter: (bytes: number) => Promise<void>;
  readonly open: () => void;
  /** Bytes of all requests with blocks that were let through. */
  readonly receivedBytes: () => number;
}

export function createBlockGate(): BlockGate {
  let leftBytes = Number.POSITIVE_INFINITY;
  let receivedBytes = 0;
  let reach: () => void = () => undefined;
  let waiting: (() => void)[] = [];
  return {
    receivedBytes: () => receivedBytes,
    closeAfter: (bytes) => {
      leftBytes = bytes;
      return new Promise((resolve) => {
        reach = resolve;
      });
    },
    open: () => {
      leftBytes = Number.POSITIVE_INFINITY;
      for (const go of waiting) go();
      waiting = [];
    },
    decorate: (composition) => ({
      ...composition,
      decorateCommands: (commands) =>
        new Map(
          [...commands].map(([name, command]) => [
            name,
            {
              ...command,
              serve: async (body, authorization) => {
                if (name === "put-blocks") {
                  if (leftBytes <= 0) {
                    reach();
                    await new Promise<void>((resolve) => waiting.push(resolve));
                  }
                  leftBytes -= body.length;
                  receivedBytes += body.length;
                }
                return command.serve(body, authorization);
              },
            },
          ]),
        ),
    }),
  };
}
