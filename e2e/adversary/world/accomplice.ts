import type { RecoveryKit } from "#client/engine.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import { parseKitWords } from "#client/identity/recovery-kit.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { firstUserBoxSecretKey } from "#protocol/identity/organization-birth.ts";
import { parseNote } from "#protocol/log/head.ts";
import { deviceIdOf, recordHashOf, rootIdOf } from "#protocol/log/identifiers.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { type Record as LogRecord, type RecordContent, signRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";

/** Somebody whom a lying server has on its side. */
export interface Accomplice {
  readonly user: Bytes;
  readonly deviceSecretKey: Bytes;
}

const bytes = (length: number, fill: number): Bytes => new Uint8Array(length).fill(fill);
const ZERO_HASH = bytes(32, 0);

/** A user of the organization with a registered device, and nobody in any workspace. */
export const STRANGER: Accomplice = { user: bytes(16, 0xc0), deviceSecretKey: bytes(32, 0xc1) };

/** The first record of this device in a log of which it has seen nothing. */
export function firstRecord(device: Bytes, log: Bytes, content: RecordContent): LogRecord {
  return {
    v: 1,
    log,
    device,
    incarnation: bytes(16, 0xc2),
    seq: 0,
    prev: ZERO_HASH,
    seenSize: 0,
    seenRoot: ZERO_HASH,
    seenOrganization: [0, ZERO_HASH],
    sealedEpoch: -1,
    sealedHash: ZERO_HASH,
    clientTime: 1,
    content,
  };
}

/**
 * Registers the stranger as honestly as can be: the organization's kit makes a second device of its first user, and
 * that device, an administrator's, adds the user. Before the first seals, since nothing here looks at the ledger.
 */
export async function registerStranger(host: AuditHost, kit: RecoveryKit): Promise<void> {
  const { suite, transport, sessions, identity } = host;
  const log = identity.organization;
  const rootSecret = unwrap(parseKitWords(kit.words.join(" ")));
  const say = async (record: LogRecord, secret: Bytes) => {
    const signed = signRecord(suite, record, secret);
    const nothing = { opening: null, contents: [], rings: [], profiles: [] };
    const answer = unwrap(await transport.call(append, { log, signed, ...nothing }));
    if (answer.kind !== "appended") throw new Error(`${record.content.kind}: ${answer.kind}`);
    const { size, root } = unwrap(parseNote(answer.body.receipt.note));
    const prev = recordHashOf(suite, signed.record, signed.signature);
    return { seq: record.seq + 1, prev, seenSize: size, seenRoot: root };
  };

  const { leaves } = unwrap(await sessions.call(readLeaves, { log, from: 2, to: 3 })).body;
  const lastOfRoot = unwrap(parseLeaf(leaves[0] ?? ZERO_HASH));
  const secondSecret = bytes(32, 0xc3);
  const verifyKey = suite.verifyKeyOf(secondSecret);
  const boxKey = suite.boxKeyOf(firstUserBoxSecretKey(suite, rootSecret));
  const recover = { user: identity.user, verifyKey, boxKey, labelHash: ZERO_HASH };
  const root = rootIdOf(suite, suite.verifyKeyOf(rootSecret));
  const seq = 3;
  const prev = recordHashOf(suite, lastOfRoot.record, lastOfRoot.signature);
  await say({ ...firstRecord(root, log, { kind: "recover", body: recover }), seq, prev }, rootSecret);

  const { user, deviceSecretKey } = STRANGER;
  const administrator = deviceIdOf(suite, verifyKey);
  const profile = { profile: "standard", profileHash: ZERO_HASH } as const;
  const added = firstRecord(administrator, log, { kind: "user", body: { user, boxKey, ...profile } });
  const step = await say(added, secondSecret);
  const device = { user, verifyKey: suite.verifyKeyOf(deviceSecretKey), labelHash: ZERO_HASH };
  await say({ ...added, ...step, content: { kind: "device", body: device } }, secondSecret);
}
