import { type Bytes, concatBytes } from "../bytes/bytes.ts";
import { boolean, bytes, struct, text, timeMs, uint } from "../codec/schema.ts";
import { hashSchema, idSchema, SIGNATURE_BYTES } from "../log/identifiers.ts";
import { defineCommand } from "./command.ts";

/** What the server says of itself. Only a hint: everything that matters is checked against the ledger. */
export const serverInfo = defineCommand({
  name: "server-info",
  session: "none",
  request: struct({}),
  maxRequestBytes: 64,
  replies: {
    info: [
      1,
      struct({
        deployment: [1, hashSchema],
        version: [2, text(40)],
        needsBootstrapToken: [3, boolean],
        openEpoch: [4, uint],
        epochLengthMs: [5, uint],
        maxBlockBytes: [6, uint],
        /** By the server's clock, which nothing is decided by: so that people can be told whose clock is off. */
        time: [7, timeMs],
      }),
    ],
  },
  maxReplyBytes: 4096,
});

export const challenge = defineCommand({
  name: "challenge",
  session: "none",
  request: struct({}),
  maxRequestBytes: 64,
  replies: { issued: [1, struct({ challenge: [1, bytes(32)] })] },
  maxReplyBytes: 4096,
});

/** A challenge opens one session and is then worthless. */
export const openSession = defineCommand({
  name: "open-session",
  session: "none",
  request: struct({
    organization: [1, hashSchema],
    device: [2, idSchema],
    challenge: [3, bytes(32)],
    /** Device key, context "session", over `sessionStatement`. */
    signature: [4, bytes(SIGNATURE_BYTES)],
  }),
  maxRequestBytes: 1024,
  replies: {
    opened: [1, struct({ token: [1, bytes(32)], expiresAt: [2, timeMs] })],
    refused: [2, struct({})],
  },
  maxReplyBytes: 4096,
});

export const SESSION_CONTEXT = "session";

export function sessionStatement(
  deployment: Bytes,
  organization: Bytes,
  device: Bytes,
  challenge: Bytes,
): Bytes {
  return concatBytes(deployment, organization, device, challenge);
}
