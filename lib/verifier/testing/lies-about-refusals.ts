import { createRefusalContradicted } from "#protocol/evidence/create-refusal-contradicted.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { MapEntryName } from "#protocol/log/map-entry.ts";
import type { SignedRecord } from "#protocol/log/record.ts";
import { type RefusalStatus, signRefusal } from "#protocol/log/refusal.ts";
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
    const claim = need(refusalClaim(world, record, status));
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

/** What Bob can say against a refusal of his record by the workspace's newest head. */
export function refusalClaim(
  { workspace: log, organization, bob }: World,
  record: SignedRecord,
  status: RefusalStatus,
) {
  const statement = {
    log: log.identity.id,
    recordHash: recordHashOf(suite, record.record, record.signature),
    status,
    note: log.note(),
    instanceKey: suite.verifyKeyOf(instanceSecret),
  };
  const names: readonly MapEntryName[] = [
    { kind: "device", id: bob.device },
    { kind: "member", id: bob.user },
  ];
  return createRefusalContradicted({
    refusal: signRefusal(suite, statement, instanceSecret),
    record,
    last: leafOf(log, log.size - 1),
    entries: entriesOf(log, log.size, names),
    organization: registrationOf(organization, bob.device),
    consistencyPath: [],
  });
}
