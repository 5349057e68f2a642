import { createRefusalContradicted } from "#protocol/evidence/create-refusal-contradicted.ts";
import type { Claim } from "#protocol/evidence/evidence.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { MapEntryName } from "#protocol/log/map-entry.ts";
import { parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import { type RefusalStatus, signRefusal } from "#protocol/log/refusal.ts";
import type { Person } from "#protocol/log/testing/memory-log.ts";
import { unwrap } from "#protocol/result.ts";
import {
  createWorld,
  entriesOf,
  instanceSecret,
  leafOf,
  registrationOf,
  suite,
  type World,
} from "./evidence-world.ts";
import { type GuiltyCase, need } from "./guilty-case.ts";
import { ACK } from "./lies-about-heads.ts";

const REFUTABLE = [
  "badSignature",
  "unknownOrRevoked",
  "notMember",
  "outOfStep",
  "seenNotPrefix",
  "foreignLog",
] as const satisfies readonly RefusalStatus[];

/** Bob's record is in order, and refused all the same, for one reason after the other. */
export function refusals(): GuiltyCase[] {
  return REFUTABLE.map((status) => {
    const world = createWorld();
    const { workspace: log, organization, bob } = world;
    const record = bob.sign(bob.draft(log, organization, ACK));
    const about = { author: bob, size: log.size };
    const claim = need(refusalClaim(world, record, status, about));
    return {
      name: `refused as ${status}`,
      log,
      organization,
      accused: "instance",
      withGenesis: true,
      claim,
    };
  });
}

/** What can be said against a refusal of somebody's record by the workspace's head at `size`. */
export function refusalClaim(
  { workspace: log, organization }: World,
  record: SignedRecord,
  status: RefusalStatus,
  { author, size }: { readonly author: Person; readonly size: number },
): Claim | undefined {
  const statement = {
    log: log.identity.id,
    recordHash: recordHashOf(suite, record.record, record.signature),
    status,
    note: log.note(size),
    instanceKey: suite.verifyKeyOf(instanceSecret),
  };
  const names: readonly MapEntryName[] = [
    { kind: "device", id: author.device },
    { kind: "member", id: author.user },
  ];
  const seenSize = unwrap(parseRecord(record.record)).seenSize;
  const isWithin = seenSize > 0 && seenSize < size;
  const { organizationSize } = log.stampAt(size - 1);
  return createRefusalContradicted({
    refusal: signRefusal(suite, statement, instanceSecret),
    record,
    last: leafOf(log, size - 1, size),
    entries: entriesOf(log, size, names),
    organization: registrationOf(organization, author.device, organizationSize, organizationSize),
    consistencyPath: isWithin ? log.tree.consistencyPath(seenSize, size) : [],
  });
}
