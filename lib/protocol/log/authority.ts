import type { Bytes } from "../bytes/bytes.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
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

/** Next link of the chain: SHA-256(ctx ‖ previous link ‖ recordHash); the first follows 32 zero bytes. */
export function extendAuthorityChain(
  suite: Pick<CryptoSuite, "sha256">,
  chain: Bytes,
  recordHash: Bytes,
): Bytes {
  return hashInContext(suite, "authority", chain, recordHash);
}
