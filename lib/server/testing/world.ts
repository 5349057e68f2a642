import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8 } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { logIdOf, recordHashOf, rootIdOf } from "#protocol/log/identifiers.ts";
import { type ReadItem, type ReadOpening, readRequestHash } from "#protocol/log/read.ts";
import type { VerifiedReceipt } from "#protocol/log/receipt.ts";
import {
  type Profile,
  type RecordContent,
  type Role,
  type SignedRecord,
  signRecord,
} from "#protocol/log/record.ts";
import type { AppendAnswer } from "../log/append-job.ts";
import { type Attachments, NO_ATTACHMENTS } from "../log/attachments.ts";
import type { LogEngine } from "../log/log-engine.ts";
import { namedBytes, Person, type Place, type Sealed, type SignedDraft } from "./person.ts";

/** How records reach the server: the engine itself, or HTTP (`createHttpDoor`). */
export type Door = Pick<LogEngine, "append" | "createOrganization" | "createWorkspace">;

export interface WorldInput {
  readonly suite: CryptoSuite;
  readonly door: Door;
  /** Verify keys of the instances that may sign. */
  readonly instanceKeys: readonly Bytes[];
  readonly deployment: Bytes;
  /** Two worlds with different names share nothing. */
  readonly name?: string;
  /** Shared by worlds on one server. */
  readonly sealed?: Sealed;
}

export type Appended = Extract<AppendAnswer, { readonly type: "appended" }> & {
  readonly draft: SignedDraft;
  readonly recordHash: Bytes;
  readonly verified: VerifiedReceipt;
};

/**
 * An organization on a running server: Alice founded it and administers it, Bob is a standard user. People are made
 * and everything is said with real keys and verified receipts.
 */
export class World {
  readonly suite: CryptoSuite;
  readonly sealed: Sealed;
  readonly alice: Person;
  readonly bob: Person;
  /** Id of the organization's log. */
  organization: Bytes = new Uint8Array(32);
  /** The three founding records, as they were sent. */
  founding: readonly SignedRecord[] = [];
  readonly #input: WorldInput;
  readonly #name: string;
  #counter = 0;

  private constructor(input: WorldInput) {
    this.#input = input;
    this.#name = input.name ?? "world";
    this.suite = input.suite;
    this.sealed = input.sealed ?? { epoch: -1, hash: new Uint8Array(32) };
    this.alice = this.createPerson("alice");
    this.bob = this.createPerson("bob");
  }

  static async create(input: WorldInput): Promise<World> {
    const world = new World(input);
    await world.#found();
    await world.addUser(world.bob, "standard");
    return world;
  }

  /** Not registered yet: see `addUser`. */
  createPerson(name: string): Person {
    return new Person(this.suite, `${this.#name}/${name}`, this.sealed, this.#input.instanceKeys);
  }

  /** Alice registers a person and the person's device. */
  async addUser(person: Person, profile: Profile): Promise<void> {
    const place = { log: this.organization, organization: null };
    const { user, boxKey, verifyKey } = person;
    const profileHash = namedBytes(this.suite, `${person.name}/profile`);
    await this.say(this.alice, place, { kind: "user", body: { user, boxKey, profile, profileHash } });
    const labelHash = namedBytes(this.suite, `${person.name}/label`);
    const device = await this.say(this.alice, place, {
      kind: "device",
      body: { user, verifyKey, labelHash },
    });
    person.see(this.organization, device.verified.head);
  }

  /** A new workspace of this owner. */
  async createWorkspace(owner: Person): Promise<Place> {
    const label = this.#next("workspace");
    const ring = encodeUtf8(`ring of ${label}`);
    const genesis = owner.draft(null, {
      kind: "workspaceGenesis",
      body: {
        organization: this.organization,
        owner: owner.user,
        nonce: namedBytes(this.suite, label).slice(0, 16),
        keyCommitment: namedBytes(this.suite, `${label}/key`),
        ringHash: this.suite.sha256(ring),
      },
    });
    const workspace = logIdOf(this.suite, genesis.signed.record, genesis.signed.signature);
    const place = { log: this.organization, organization: null };
    const listing = owner.draft(place, { kind: "workspace", body: { workspace } });
    const answer = await this.#input.door.createWorkspace({
      organization: this.organization,
      workspace,
      organizationRecord: listing.signed,
      genesis: genesis.signed,
      rings: [{ user: owner.user, ciphertext: ring }],
    });
    if (answer.type !== "created") throw new Error(`workspace: ${answer.type}`);
    owner.accept(this.organization, listing, answer.organizationReceipt);
    owner.accept(workspace, genesis, answer.receipt);
    return { log: workspace, organization: this.organization };
  }

  /** Gives a person a role, or takes it away, and tells the person's device how far the log is. */
  async setRole(by: Person, place: Place, person: Person, role: Role | null): Promise<Appended> {
    const ring = encodeUtf8(`ring of ${person.name} ${this.#next("ring")}`);
    const appended = await this.say(
      by,
      place,
      {
        kind: "role",
        body: { user: person.user, role, ringHash: role === null ? null : this.suite.sha256(ring) },
      },
      { rings: role === null ? [] : [{ user: person.user, ciphertext: ring }] },
    );
    if (role !== null && !person.headOf(place.log)) person.see(place.log, appended.verified.head);
    return appended;
  }

  /** One version of one manifest. */
  write(author: Person, place: Place, write: ManifestWrite): Promise<Appended> {
    const { content, contents } = this.writeContent(write);
    return this.say(author, place, content, { contents });
  }

  writeContent({ manifest, text, base, keyIndex = 0 }: ManifestWrite): {
    readonly content: RecordContent;
    readonly contents: readonly Bytes[];
  } {
    const ciphertext = text === null ? null : encodeUtf8(text);
    const item = {
      manifest,
      baseVersion: base?.version ?? 0,
      baseRecord: base?.record ?? new Uint8Array(32),
      contentHash: ciphertext ? this.suite.sha256(ciphertext) : new Uint8Array(32),
      sizeBytes: ciphertext?.length ?? 0,
      keyIndex,
      tombstone: text === null,
    };
    return {
      content: { kind: "write", body: { items: [item], guards: [] } },
      contents: ciphertext ? [ciphertext] : [],
    };
  }

  read(reader: Person, place: Place, items: readonly ReadItem[]): Promise<Appended> {
    const { content, opening } = this.readContent(items);
    return this.say(reader, place, content, { opening });
  }

  readContent(items: readonly ReadItem[]): {
    readonly content: RecordContent;
    readonly opening: ReadOpening;
  } {
    const opening = { nonce: namedBytes(this.suite, this.#next("read")).slice(0, 16), items };
    const request = readRequestHash(this.suite, opening);
    return { content: { kind: "read", body: { count: items.length, request } }, opening };
  }

  manifest(name: string): Bytes {
    return namedBytes(this.suite, `${this.#name}/manifest/${name}`).slice(0, 16);
  }

  /** Draft, send and accept the receipt; throws when the record is refused. */
  async say(
    author: Person,
    place: Place,
    content: RecordContent,
    attachments: Partial<Attachments> = {},
  ): Promise<Appended> {
    const draft = author.draft(place, content);
    const answer = await this.send(draft, attachments);
    if (answer.type !== "appended") {
      const why = answer.type === "refused" ? answer.refusal.statement.status : answer.type;
      throw new Error(`${content.kind} by ${author.name}: ${why}`);
    }
    const recordHash = recordHashOf(this.suite, draft.signed.record, draft.signed.signature);
    return { ...answer, draft, recordHash, verified: author.accept(place.log, draft, answer.receipt) };
  }

  send({ log, signed }: SignedDraft, attachments: Partial<Attachments> = {}): Promise<AppendAnswer> {
    return this.#input.door.append({ log, signed, ...NO_ATTACHMENTS, ...attachments });
  }

  async #found(): Promise<void> {
    const { suite, alice } = this;
    const rootSecret = namedBytes(suite, `${this.#name}/root`);
    const rootKey = suite.verifyKeyOf(rootSecret);
    const profile = encodeUtf8("name, encrypted");
    const profileHash = namedBytes(suite, `${this.#name}/alice/profile`);
    const contents: readonly RecordContent[] = [
      {
        kind: "organizationGenesis",
        body: { rootKey, deployment: this.#input.deployment, nameHash: namedBytes(suite, this.#name) },
      },
      {
        kind: "user",
        body: { user: alice.user, boxKey: alice.boxKey, profile: "administrator", profileHash },
      },
      {
        kind: "device",
        body: {
          user: alice.user,
          verifyKey: alice.verifyKey,
          labelHash: namedBytes(suite, `${this.#name}/alice/label`),
        },
      },
    ];
    const drafts: SignedDraft[] = [];
    let log: Bytes = new Uint8Array(32);
    let prev: Bytes = new Uint8Array(32);
    for (const [seq, content] of contents.entries()) {
      const changed = { log, device: rootIdOf(suite, rootKey), seq, prev };
      const { record } = alice.draft(null, content, changed);
      const signed = signRecord(suite, record, rootSecret);
      drafts.push({ log, record, signed });
      if (seq === 0) log = logIdOf(suite, signed.record, signed.signature);
      prev = recordHashOf(suite, signed.record, signed.signature);
    }
    this.organization = log;
    this.founding = drafts.map(({ signed }) => signed);
    const answer = await this.#input.door.createOrganization({
      records: this.founding,
      profiles: [{ hash: profileHash, ciphertext: profile }],
    });
    if (answer.type !== "created") throw new Error(`organization: ${answer.type}`);
    for (const [index, draft] of drafts.entries()) {
      const receipt = answer.receipts[index];
      if (!receipt) throw new Error("a receipt is missing");
      alice.accept(log, draft, receipt);
    }
  }

  #next(what: string): string {
    this.#counter += 1;
    return `${this.#name}/${what}/${this.#counter}`;
  }
}

export interface ManifestWrite {
  readonly manifest: Bytes;
  /** Null deletes. */
  readonly text: string | null;
  readonly base?: { readonly version: number; readonly record: Bytes };
  readonly keyIndex?: number;
}

export const createWorld = (input: WorldInput): Promise<World> => World.create(input);
