import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { fromBase64Url } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { type ActiveDevice, findActiveDevice } from "../log/find-device.ts";
import type { LogReader } from "../log/log-reader.ts";
import type { Access, Caller } from "../ports.ts";
import type { Sessions } from "./sessions.ts";

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/;

/** Looks at the logs' newest state every time: a revoked device or a removed member loses its reads at once. */
export function createAccess(
  suite: Pick<CryptoSuite, "sha256">,
  sessions: Sessions,
  reader: Pick<LogReader, "log">,
): Access {
  return {
    authenticate: async (authorization) => {
      const text = BEARER.exec(authorization ?? "")?.[1];
      const token = text === undefined ? undefined : fromBase64Url(text);
      const caller = token?.ok === true ? sessions.find(token.value) : undefined;
      if (!caller) return undefined;
      const device = await findDevice(suite, reader, caller.organization, caller.device);
      return device && equalBytes(device.user, caller.user) ? caller : undefined;
    },
    mayRead: async (caller, log) => {
      if (equalBytes(log, caller.organization)) return true;
      const live = await reader.log(log);
      if (
        live?.identity.kind !== "workspace" ||
        !equalBytes(live.identity.organization, caller.organization)
      ) {
        return false;
      }
      return isMember(suite, live.entries, caller);
    },
  };
}

/** An active device of an active user, or the organization's root key; undefined otherwise. */
export async function findDevice(
  suite: Pick<CryptoSuite, "sha256">,
  reader: Pick<LogReader, "log">,
  organization: Bytes,
  device: Bytes,
): Promise<ActiveDevice | undefined> {
  const live = await reader.log(organization);
  if (live?.identity.kind !== "organization") return undefined;
  return findActiveDevice(suite, live.entries, device);
}

function isMember(
  suite: Pick<CryptoSuite, "sha256">,
  entries: (key: Bytes) => Bytes | undefined,
  { user }: Caller,
): boolean {
  const role = readMapEntry(suite, entries, { kind: "member", id: user })?.[0] ?? null;
  return role !== null;
}
