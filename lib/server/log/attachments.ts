import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type ReadOpening, readRequestHash } from "#protocol/log/read.ts";
import type { Record } from "#protocol/log/record.ts";
import type { Group } from "./group.ts";
import type { LogDraft } from "./log-draft.ts";
import { encodeOpening } from "./read-answer.ts";

/** What travels beside a record: its hashes are in the record, its bytes never in a leaf. */
export interface Attachments {
  readonly opening: ReadOpening | null;
  readonly contents: readonly Bytes[];
  readonly rings: readonly { readonly user: Bytes; readonly ciphertext: Bytes }[];
  readonly profiles: readonly { readonly hash: Bytes; readonly ciphertext: Bytes }[];
}

export const NO_ATTACHMENTS: Attachments = { opening: null, contents: [], rings: [], profiles: [] };

/** Attachments with their hashes, all of them named by the record. */
export interface MatchedAttachments {
  readonly opening: ReadOpening | null;
  readonly contents: readonly { readonly hash: Bytes; readonly ciphertext: Bytes }[];
  readonly rings: readonly { readonly hash: Bytes; readonly user: Bytes; readonly ciphertext: Bytes }[];
  readonly profiles: readonly { readonly hash: Bytes; readonly ciphertext: Bytes }[];
}

/** Undefined when something was sent that the record does not name: nobody stores what nobody signed for. */
export function matchAttachments(
  suite: CryptoSuite,
  record: Record,
  sent: Attachments,
): MatchedAttachments | undefined {
  const neededContents = contentsOf(record);
  const contents = sent.contents.map((ciphertext) => ({ hash: suite.sha256(ciphertext), ciphertext }));
  const areContentsNamed = contents.every(({ hash, ciphertext }) =>
    neededContents.some((item) => equalBytes(item.hash, hash) && item.sizeBytes === ciphertext.length),
  );
  const neededRings = ringsOf(record);
  const rings = sent.rings.map((ring) => ({ ...ring, hash: suite.sha256(ring.ciphertext) }));
  const areRingsNamed = rings.every(({ user, hash }) =>
    neededRings.some((ring) => equalBytes(ring.user, user) && equalBytes(ring.hash, hash)),
  );
  const neededProfiles = profilesOf(record);
  const areProfilesNamed = sent.profiles.every(({ hash }) =>
    neededProfiles.some((needed) => equalBytes(needed, hash)),
  );
  if (!areContentsNamed || !areRingsNamed || !areProfilesNamed) return undefined;
  if (sent.opening !== null && !opens(suite, record, sent.opening)) return undefined;
  return { opening: sent.opening, contents, rings, profiles: sent.profiles };
}

/** Whether everything that the record needs to be of use was sent now or is stored already. */
export async function areAttachmentsComplete(
  group: Group,
  draft: LogDraft,
  record: Record,
  sent: MatchedAttachments,
): Promise<boolean> {
  if (record.content.kind === "read") return sent.opening !== null;
  // The workspace that it lists is born by `create-workspace`, in both logs or in neither.
  if (record.content.kind === "workspace") return false;
  const log = draft.live.identity.id;
  const rings = [...sent.rings, ...group.draftedRings().filter((ring) => equalBytes(ring.log, log))];
  const isRingHere = await Promise.all(
    ringsOf(record).map(
      async ({ user, hash }) =>
        rings.some((ring) => equalBytes(ring.user, user) && equalBytes(ring.hash, hash)) ||
        (await group.store.ring(log, hash, user)) !== undefined,
    ),
  );
  if (isRingHere.includes(false)) return false;
  const needed = contentsOf(record);
  const sizes = new Map(sent.contents.map(({ hash, ciphertext }) => [toHex(hash), ciphertext.length]));
  const areHere = () => needed.every(({ hash, sizeBytes }) => sizes.get(toHex(hash)) === sizeBytes);
  if (areHere()) return true;
  // Seldom: they came with an earlier record, of this group or before it.
  for (const content of group.draftedContents())
    if (equalBytes(content.log, log)) sizes.set(toHex(content.hash), content.ciphertext.length);
  const elsewhere = needed.filter(({ hash }) => !sizes.has(toHex(hash))).map(({ hash }) => hash);
  for (const { hash, sizeBytes } of await group.store.contentSizes(log, elsewhere))
    sizes.set(toHex(hash), sizeBytes);
  return areHere();
}

/** With the leaf at `index`, in the same transaction. */
export function keepAttachments(
  group: Group,
  draft: LogDraft,
  index: number,
  sent: MatchedAttachments,
): void {
  const { id: log, organization } = draft.live.identity;
  if (sent.opening) group.openings.push({ log, index, opening: encodeOpening(sent.opening) });
  for (const content of sent.contents) group.contents.push({ log, ...content });
  for (const ring of sent.rings) group.rings.push({ log, ...ring });
  for (const profile of sent.profiles) group.profiles.push({ organization, ...profile });
}

function opens(suite: CryptoSuite, { content }: Record, opening: ReadOpening): boolean {
  return (
    content.kind === "read" &&
    content.body.count === opening.items.length &&
    equalBytes(content.body.request, readRequestHash(suite, opening))
  );
}

function contentsOf({ content }: Record): readonly { readonly hash: Bytes; readonly sizeBytes: number }[] {
  if (content.kind !== "write") return [];
  return content.body.items
    .filter((item) => !item.tombstone)
    .map(({ contentHash, sizeBytes }) => ({ hash: contentHash, sizeBytes }));
}

function ringsOf({ content }: Record): readonly { readonly user: Bytes; readonly hash: Bytes }[] {
  switch (content.kind) {
    case "workspaceGenesis":
      return [{ user: content.body.owner, hash: content.body.ringHash }];
    case "role":
      return content.body.ringHash === null ? [] : [{ user: content.body.user, hash: content.body.ringHash }];
    case "rotation":
      return content.body.rings.map(({ user, ringHash }) => ({ user, hash: ringHash }));
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
    case "write":
    case "read":
    case "name":
    case "ack":
    case "audit":
    case "resolve":
      return [];
  }
}

function profilesOf({ content }: Record): readonly Bytes[] {
  switch (content.kind) {
    case "organizationGenesis":
      return [content.body.nameHash];
    case "user":
    case "profile":
      return [content.body.profileHash];
    case "device":
    case "recover":
      return [content.body.labelHash];
    case "workspace":
    case "anchor":
    case "workspaceGenesis":
    case "write":
    case "read":
    case "name":
    case "role":
    case "rotation":
    case "ack":
    case "audit":
    case "resolve":
      return [];
  }
}
