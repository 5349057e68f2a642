import type { Composition } from "#server/main.ts";

/** A server that at some point takes no more blocks, and does not answer either, until it is told to. */
export interface BlockGate {
  readonly decorate: (composition: Composition) => Composition;
  /** From now on so many requests with blocks pass; resolves when the next one waits. */
  readonly closeAfter: (requests: number) => Promise<void>;
  readonly open: () => void;
  /** Bytes of all requests with blocks that were let through. */
  readonly receivedBytes: () => number;
}

export function createBlockGate(): BlockGate {
  let left = Number.POSITIVE_INFINITY;
  let receivedBytes = 0;
  let reach: () => void = () => undefined;
  let waiting: (() => void)[] = [];
  return {
    receivedBytes: () => receivedBytes,
    closeAfter: (requests) => {
      left = requests;
      return new Promise((resolve) => {
        reach = resolve;
      });
    },
    open: () => {
      left = Number.POSITIVE_INFINITY;
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
                  if (left <= 0) {
                    reach();
                    await new Promise<void>((resolve) => waiting.push(resolve));
                  }
                  left--;
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
