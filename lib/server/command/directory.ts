import { equalBytes } from "#protocol/bytes/bytes.ts";
import { mapKeyOf, parseMapValue } from "#protocol/log/map-entry.ts";
import { listLogs, readProfiles, readRing } from "#protocol/wire/directory.ts";
import type { CommandParts } from "./command-parts.ts";
import { findReadableLog } from "./readable-log.ts";
import { type ServedCommand, serveCaller } from "./served-command.ts";

const MAX_WORKSPACES = 10_000;

export function serveReadProfiles({ access, store, onError }: CommandParts): ServedCommand {
  return serveCaller(
    readProfiles,
    onError,
    access,
  )(async ({ hashes }, { organization }) => {
    const found = await store.profiles(organization, hashes);
    const ciphertexts = hashes.map(
      (hash) => found.find((row) => equalBytes(row.hash, hash))?.ciphertext ?? null,
    );
    return { kind: "profiles", body: { ciphertexts } };
  });
}

/** The caller's own: a ring is sealed to one member. */
export function serveReadRing(parts: CommandParts): ServedCommand {
  return serveCaller(
    readRing,
    parts.onError,
    parts.access,
  )(async ({ log, ringHash }, caller) => {
    const found = await findReadableLog(parts, caller, log);
    if ("failure" in found) return found.failure;
    const ciphertext = await parts.store.ring(log, ringHash, caller.user);
    return { kind: "ring", body: { ciphertext: ciphertext ?? null } };
  });
}

export function serveListLogs({ suite, access, store, onError }: CommandParts): ServedCommand {
  return serveCaller(
    listLogs,
    onError,
    access,
  )(async (_request, { organization, user }) => {
    const key = mapKeyOf(suite, { kind: "member", id: user });
    const rows = await store.workspacesWith(organization, key);
    const workspaces = rows
      .filter(({ value }) => {
        const member = parseMapValue("member", value);
        return member.ok && member.value[0] !== null;
      })
      .map(({ log }) => log);
    return { kind: "logs", body: { workspaces: workspaces.slice(0, MAX_WORKSPACES) } };
  });
}
