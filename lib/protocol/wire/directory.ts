import { array, bytesUpTo, nullable, struct } from "../codec/schema.ts";
import { hashSchema } from "../log/identifiers.ts";
import { defineCommand } from "./command.ts";

/** Ciphertexts of names and labels by the salted hashes that the organization's log holds. */
export const readProfiles = defineCommand({
  name: "read-profiles",
  session: "required",
  request: struct({ hashes: [1, array(hashSchema, 256)] }),
  maxRequestBytes: 16 * 1024,
  replies: { profiles: [1, struct({ ciphertexts: [1, array(nullable(bytesUpTo(4096)), 256)] })] },
  maxReplyBytes: 2 * 1024 * 1024,
});

/** The caller's own sealed ring of a workspace, by its hash. */
export const readRing = defineCommand({
  name: "read-ring",
  session: "required",
  request: struct({ log: [1, hashSchema], ringHash: [2, hashSchema] }),
  maxRequestBytes: 1024,
  replies: { ring: [1, struct({ ciphertext: [1, nullable(bytesUpTo(64 * 1024))] })] },
  maxReplyBytes: 128 * 1024,
});

/** Logs that the caller's user is a member of, the organization's first. A hint: membership is proven by each log. */
export const listLogs = defineCommand({
  name: "list-logs",
  session: "required",
  request: struct({}),
  maxRequestBytes: 64,
  replies: { logs: [1, struct({ workspaces: [1, array(hashSchema, 10_000)] })] },
  maxReplyBytes: 512 * 1024,
});
