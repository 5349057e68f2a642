import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { isWeakBoxKey, isWeakVerifyKey } from "../crypto/weak-keys.ts";
import { err, ok, type Result } from "../result.ts";
import type { Author, Decision, LogState, RecordFault } from "./apply-record.ts";
import { deviceIdOf } from "./identifiers.ts";
import { createMapChange, type MapChange, readMapEntry } from "./map-entry.ts";
import type { Record } from "./record.ts";

/**
 * Rules of an organization's log. The root key speaks in leaves 0, 1, 2 (genesis, first user, first device)
 * and later only to recover; everything else is said by registered devices.
 */
export function decideOrganizationRecord(
  suite: CryptoSuite,
  state: LogState,
  record: Record,
  author: Author,
): Result<Decision, RecordFault> {
  const { content } = record;
  const rootMaySpeak =
    (state.size === 0 && content.kind === "organizationGenesis") ||
    (state.size === 1 && content.kind === "user") ||
    (state.size === 2 && content.kind === "device") ||
    (state.size > 2 && content.kind === "recover");
  // Until the first device exists nobody else can sign, so a log that starts differently is not an organization's.
  if (state.size <= 2 && !(author.isRoot && rootMaySpeak)) return err({ type: "Malformed" });
  if (author.isRoot && !rootMaySpeak) return ok(DENIED);
  const isAdministrator = author.isRoot || author.profile === "administrator";

  switch (content.kind) {
    case "organizationGenesis":
      return applied(
        createMapChange(suite, { kind: "registeredDevice", id: author.device }, "registeredDevice", [
          new Uint8Array(16),
          content.body.rootKey,
          "active",
          state.size,
        ]),
      );
    case "user": {
      const { user, boxKey, profile } = content.body;
      if (isZero(user) || isWeakBoxKey(boxKey)) return err({ type: "Malformed" });
      if (state.size === 1 && profile !== "administrator") return err({ type: "Malformed" });
      if (!isAdministrator) return ok(DENIED);
      if (readMapEntry(suite, state.entries, { kind: "registeredUser", id: user })) return ok(CONFLICT);
      return applied(registeredUser(suite, user, profile, boxKey, state.size));
    }
    case "device": {
      const { user, verifyKey } = content.body;
      if (isWeakVerifyKey(verifyKey)) return err({ type: "Malformed" });
      if (!author.isRoot && !isAdministrator && !equalBytes(user, author.user)) return ok(DENIED);
      const owner = readMapEntry(suite, state.entries, { kind: "registeredUser", id: user });
      if (owner?.[2] !== "active") return state.size === 2 ? err({ type: "Malformed" }) : ok(DENIED);
      if (isDeviceKnown(suite, state, verifyKey)) return ok(CONFLICT);
      return applied(registeredDevice(suite, user, verifyKey, state.size));
    }
    case "profile": {
      const { user } = content.body;
      if (!isAdministrator && !equalBytes(user, author.user)) return ok(DENIED);
      return readMapEntry(suite, state.entries, { kind: "registeredUser", id: user })
        ? applied()
        : ok(DENIED);
    }
    case "workspace": {
      if (author.profile === "outsider") return ok(DENIED);
      const id = content.body.workspace;
      if (readMapEntry(suite, state.entries, { kind: "workspace", id })) return ok(CONFLICT);
      return applied(createMapChange(suite, { kind: "workspace", id }, "workspace", [state.size]));
    }
    case "anchor":
      return isAdministrator ? applied() : ok(DENIED);
    case "recover": {
      const { user, verifyKey, boxKey } = content.body;
      if (isWeakVerifyKey(verifyKey) || isWeakBoxKey(boxKey)) return err({ type: "Malformed" });
      const known = readMapEntry(suite, state.entries, { kind: "registeredUser", id: user });
      if (!author.isRoot || known?.[0] !== "administrator") return ok(DENIED);
      if (isDeviceKnown(suite, state, verifyKey)) return ok(CONFLICT);
      return applied(
        registeredUser(suite, user, "administrator", boxKey, state.size),
        registeredDevice(suite, user, verifyKey, state.size),
      );
    }
    case "workspaceGenesis":
    case "write":
    case "read":
    case "name":
    case "role":
    case "rotation":
    case "ack":
    case "audit":
    case "resolve":
      return err({ type: "Malformed" });
  }
}

function isDeviceKnown(suite: CryptoSuite, state: LogState, verifyKey: Bytes): boolean {
  const id = deviceIdOf(suite, verifyKey);
  return readMapEntry(suite, state.entries, { kind: "registeredDevice", id }) !== undefined;
}

function registeredUser(
  suite: CryptoSuite,
  id: Bytes,
  profile: "administrator" | "standard" | "outsider",
  boxKey: Bytes,
  index: number,
): MapChange {
  return createMapChange(suite, { kind: "registeredUser", id }, "registeredUser", [
    profile,
    boxKey,
    "active",
    index,
  ]);
}

function registeredDevice(suite: CryptoSuite, user: Bytes, verifyKey: Bytes, index: number): MapChange {
  const id = deviceIdOf(suite, verifyKey);
  return createMapChange(suite, { kind: "registeredDevice", id }, "registeredDevice", [
    user,
    verifyKey,
    "active",
    index,
  ]);
}

function applied(...changes: readonly MapChange[]): Result<Decision, RecordFault> {
  return ok({ outcome: "applied", changes });
}

const DENIED: Decision = { outcome: "denied", changes: [] };
const CONFLICT: Decision = { outcome: "conflict", changes: [] };
