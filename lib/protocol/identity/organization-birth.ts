import type { Bytes } from "../bytes/bytes.ts";
import { contextBytes } from "../crypto/context.ts";
import type { CryptoSuite, RandomBytes } from "../crypto/suite.ts";
import { deviceIdOf, logIdOf, recordHashOf, rootIdOf } from "../log/identifiers.ts";
import { type RecordContent, type SignedRecord, signRecord } from "../log/record.ts";
import { type SealedProfile, sealProfile } from "./profile.ts";

/** Everything a first device draws and types in. Keys are 32 bytes, ids 16. */
export interface OrganizationPlan {
  readonly deployment: Bytes;
  readonly rootSecretKey: Bytes;
  readonly deviceSecretKey: Bytes;
  readonly organizationKey: Bytes;
  readonly user: Bytes;
  readonly organizationName: string;
  readonly userName: string;
  readonly deviceLabel: string;
  readonly incarnation: Bytes;
  readonly sealedEpoch: number;
  readonly sealedHash: Bytes;
  /** Unix milliseconds. */
  readonly clientTime: number;
}

export interface OrganizationBirth {
  /** Id of the organization's log. */
  readonly organization: Bytes;
  readonly device: Bytes;
  /** Genesis, first user, first device: leaves 0, 1, 2. */
  readonly records: readonly [SignedRecord, SignedRecord, SignedRecord];
  readonly profiles: readonly SealedProfile[];
}

/**
 * The first user's box key comes from the root key, so that the printed kit alone opens every key ring that was
 * ever sealed to that user. BLAKE2b keyed with the root key: the way back does not exist.
 */
export function firstUserBoxSecretKey(suite: Pick<CryptoSuite, "blake2b">, rootSecretKey: Bytes): Bytes {
  return suite.blake2b(contextBytes("first-user-box"), rootSecretKey, 32);
}

/** The three records that only the root key may sign. */
export function createOrganizationBirth(
  suite: CryptoSuite,
  randomBytes: RandomBytes,
  plan: OrganizationPlan,
): OrganizationBirth {
  const rootKey = suite.verifyKeyOf(plan.rootSecretKey);
  const verifyKey = suite.verifyKeyOf(plan.deviceSecretKey);
  const boxKey = suite.boxKeyOf(firstUserBoxSecretKey(suite, plan.rootSecretKey));
  const nameOf = (name: string) => sealProfile(suite, randomBytes, name, plan.organizationKey);
  const organizationName = nameOf(plan.organizationName);
  const userName = nameOf(plan.userName);
  const deviceLabel = nameOf(plan.deviceLabel);

  const sign = (seq: number, log: Bytes, prev: Bytes, content: RecordContent) =>
    signRecord(
      suite,
      {
        v: 1,
        log,
        device: rootIdOf(suite, rootKey),
        incarnation: plan.incarnation,
        seq,
        prev,
        seenSize: 0,
        seenRoot: ZERO_HASH,
        seenOrganization: [0, ZERO_HASH],
        sealedEpoch: plan.sealedEpoch,
        sealedHash: plan.sealedHash,
        clientTime: plan.clientTime,
        content,
      },
      plan.rootSecretKey,
    );
  const hashOf = ({ record, signature }: SignedRecord) => recordHashOf(suite, record, signature);

  const genesis = sign(0, ZERO_HASH, ZERO_HASH, {
    kind: "organizationGenesis",
    body: { rootKey, deployment: plan.deployment, nameHash: organizationName.hash },
  });
  const organization = logIdOf(suite, genesis.record, genesis.signature);
  const user = sign(1, organization, hashOf(genesis), {
    kind: "user",
    body: { user: plan.user, boxKey, profile: "administrator", profileHash: userName.hash },
  });
  const device = sign(2, organization, hashOf(user), {
    kind: "device",
    body: { user: plan.user, verifyKey, labelHash: deviceLabel.hash },
  });
  return {
    organization,
    device: deviceIdOf(suite, verifyKey),
    records: [genesis, user, device],
    profiles: [organizationName, userName, deviceLabel],
  };
}

const ZERO_HASH: Bytes = new Uint8Array(32);
