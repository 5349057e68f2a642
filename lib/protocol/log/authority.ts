import type { Bytes } from "../bytes/bytes.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import {
  createMapChange,
  type EntryReader,
  type MapChange,
  type MapValueOf,
  readMapEntry,
} from "./map-entry.ts";
import type { RecordKind } from "./record.ts";

/** Records that say who may do what. A member holds all of a log's; the map's `authority` entry proves that none is missing. */
const AUTHORITY_KINDS: ReadonlySet<RecordKind> = new Set<RecordKind>([
  "organizationGenesis",
  "user",
  "device",
  "workspace",
  "recover",
  "workspaceGenesis",
  "role",
  "rotation",
]);

export function isAuthorityKind(kind: RecordKind): boolean {
  return AUTHORITY_KINDS.has(kind);
}

/**
 * The `authority` entry after one more applied record. The chain goes on by SHA-256(ctx ‖ previous link ‖ recordHash);
 * the first link follows 32 zero bytes. `members` where the record changes their number.
 */
export function authorityChange(
  suite: Pick<CryptoSuite, "sha256">,
  before: EntryReader,
  recordHash: Bytes,
  members?: number,
): MapChange {
  const [count, chain, membersBefore] = readMapEntry(suite, before, { kind: "authority" }) ?? NONE;
  const link = hashInContext(suite, "authority", chain, recordHash);
  return createMapChange(suite, { kind: "authority" }, "authority", [
    count + 1,
    link,
    members ?? membersBefore,
  ]);
}

const NONE: MapValueOf<"authority"> = [0, new Uint8Array(32), 0];
