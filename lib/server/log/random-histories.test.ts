import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { RecordContent } from "#protocol/log/record.ts";
import type { Person, Place, SignedDraft } from "../testing/person.ts";
import { replayLog } from "../testing/replay-log.ts";
import { sealEpoch } from "../testing/seal.ts";
import { startTestEngine, type TestEngine, withFolder } from "../testing/test-engine.ts";
import { createWorld, type Door, type World } from "../testing/world.ts";
import type { Attachments } from "./attachments.ts";

/**
 * Whatever several devices do, and in whichever order it reaches the server: what it answered is what replaying
 * the stored leaves through `applyRecord` gives, root for root.
 */

type Step =
  | { readonly type: "say"; readonly who: number; readonly where: number; readonly what: What }
  | { readonly type: "together"; readonly where: number; readonly whats: readonly What[] }
  | { readonly type: "resend"; readonly which: number }
  | { readonly type: "seal" }
  | { readonly type: "restart" };

type What =
  | {
      readonly type: "write";
      readonly manifest: number;
      readonly isStale: boolean;
      readonly isTombstone: boolean;
    }
  | { readonly type: "read"; readonly manifest: number }
  | {
      readonly type: "role";
      readonly target: number;
      readonly role: "reader" | "contributor" | "owner" | null;
    }
  | { readonly type: "ack" };

const small = fc.nat({ max: 2 });
const what: fc.Arbitrary<What> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("write" as const),
      manifest: small,
      isStale: fc.boolean(),
      isTombstone: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("read" as const), manifest: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("role" as const),
      target: small,
      role: fc.constantFrom("reader" as const, "contributor" as const, "owner" as const, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("ack" as const) }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constant("say" as const), who: small, where: fc.nat({ max: 1 }), what }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("together" as const),
      where: fc.nat({ max: 1 }),
      whats: fc.array(what, { minLength: 3, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("resend" as const), which: fc.nat({ max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("seal" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);

interface Sent {
  readonly person: Person;
  readonly place: Place;
  readonly draft: SignedDraft;
  readonly attachments: Partial<Attachments>;
  readonly stamp: Bytes;
  readonly outcome: string;
}

let suite: CryptoSuite;
let deployment: Bytes;

beforeAll(async () => {
  suite = await createProductSuite();
  deployment = suite.sha256(Uint8Array.of(1));
});

describe("random histories", () => {
  it("replay to what was answered", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) =>
        withFolder(async (folder) => {
          const run = await Run.create(folder);
          for (const next of steps) await run.take(next);
          for (const outcome of await run.compareWithReplay()) seen.add(outcome);
          await run.stop();
        }),
      ),
      { numRuns: 40 },
    );
    // The histories are worth something only if they contain what can go wrong.
    expect([...seen].sort()).toEqual(expect.arrayContaining(["applied", "conflict", "denied"]));
  }, 60_000);
});

class Run {
  readonly #folder: string;
  readonly #sent: Sent[] = [];
  readonly #people: Person[] = [];
  readonly #places: Place[] = [];
  #server: TestEngine;
  #world: World;
  #counter = 0;

  private constructor(folder: string, server: TestEngine, world: World) {
    this.#folder = folder;
    this.#server = server;
    this.#world = world;
  }

  static async create(folder: string): Promise<Run> {
    const server = await startTestEngine({ suite, folder });
    const holder: { run?: Run } = {};
    const engine = () => holder.run?.engine ?? server.engine;
    const door: Door = {
      append: (submission) => engine().append(submission),
      createOrganization: (wanted) => engine().createOrganization(wanted),
      createWorkspace: (wanted) => engine().createWorkspace(wanted),
    };
    const world = await createWorld({ suite, door, instanceKeys: [server.signer.verifyKey], deployment });
    const run = new Run(folder, server, world);
    holder.run = run;
    const carol = world.createPerson("carol");
    await world.addUser(carol, "standard");
    run.#people.push(world.alice, world.bob, carol);
    run.#places.push(await world.createWorkspace(world.alice), await world.createWorkspace(world.alice));
    for (const place of run.#places) await world.setRole(world.alice, place, world.bob, "contributor");
    return run;
  }

  get engine(): TestEngine["engine"] {
    return this.#server.engine;
  }

  async take(next: Step): Promise<void> {
    switch (next.type) {
      case "say":
        return this.#say([[this.#person(next.who), next.what]], this.#place(next.where));
      case "together":
        // One record of each person, sent at the same moment.
        return this.#say(
          next.whats.map((what, who) => [this.#person(who), what] as const),
          this.#place(next.where),
        );
      case "resend":
        return this.#resend(this.#sent[next.which]);
      case "seal":
        await sealEpoch(this.#world, this.engine.epochLogs, deployment);
        return;
      case "restart":
        await this.#server.stop();
        this.#server = await startTestEngine({ suite, folder: this.#folder });
        expect(this.#server.memory.isNewKey).toBe(false);
    }
  }

  async compareWithReplay(): Promise<ReadonlySet<string>> {
    const { organization: id } = this.#world;
    const organization = await replayLog(this.#world, this.#server, id, null);
    for (const place of this.#places) {
      const replay = await replayLog(this.#world, this.#server, place.log, organization);
      const live = await this.engine.reader.log(place.log);
      expect(toHex(replay.root())).toBe(toHex(live?.tail.root ?? new Uint8Array(0)));
    }
    return new Set(this.#sent.map(({ outcome }) => outcome));
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  async #say(says: readonly (readonly [Person, What])[], place: Place): Promise<void> {
    const prepared = await Promise.all(
      says.map(async ([person, what]) => {
        const { content, attachments } = await this.#contentOf(what, place);
        return { person, attachments, draft: person.draft(place, content) };
      }),
    );
    await Promise.all(
      prepared.map(async ({ person, attachments, draft }) => {
        const answer = await this.#world.send(draft, attachments);
        if (answer.type === "refused") {
          // Whoever is no member (any more) is turned away; nothing else may be.
          expect(answer.refusal.statement.status).toBe("notMember");
          return;
        }
        if (answer.type !== "appended") throw new Error(answer.type);
        const { stamp } = person.accept(place.log, draft, answer.receipt);
        const { stamp: stampBytes } = answer.receipt;
        this.#sent.push({ person, place, draft, attachments, stamp: stampBytes, outcome: stamp.outcome });
      }),
    );
  }

  async #resend(sent: Sent | undefined): Promise<void> {
    if (!sent) return;
    const answer = await this.#world.send(sent.draft, sent.attachments);
    if (answer.type !== "appended") throw new Error(answer.type);
    expect(toHex(answer.receipt.stamp)).toBe(toHex(sent.stamp));
    sent.person.verify(sent.place.log, sent.draft, answer.receipt);
  }

  async #contentOf(
    what: What,
    place: Place,
  ): Promise<{ readonly content: RecordContent; readonly attachments: Partial<Attachments> }> {
    const world = this.#world;
    switch (what.type) {
      case "write": {
        const manifest = world.manifest(String(what.manifest));
        const base = what.isStale ? undefined : await this.#newest(place, manifest);
        const text = what.isTombstone ? null : `text ${this.#counter++}`;
        const { content, contents } = world.writeContent({ manifest, text, ...(base ? { base } : {}) });
        return { content, attachments: { contents } };
      }
      case "read": {
        const { content, opening } = world.readContent([
          { manifest: world.manifest(String(what.manifest)), version: null },
        ]);
        return { content, attachments: { opening } };
      }
      case "role": {
        const { user } = this.#person(what.target);
        const ring = suite.sha256(Uint8Array.of(this.#counter++ % 256));
        const ringHash = what.role === null ? null : suite.sha256(ring);
        const rings = what.role === null ? [] : [{ user, ciphertext: ring }];
        return {
          content: { kind: "role", body: { user, role: what.role, ringHash } },
          attachments: { rings },
        };
      }
      case "ack":
        return { content: { kind: "ack", body: {} }, attachments: {} };
    }
  }

  async #newest(place: Place, manifest: Bytes) {
    const live = await this.engine.reader.log(place.log);
    if (!live) return undefined;
    const version = readMapEntry(suite, live.entries, { kind: "manifest", id: manifest })?.[0];
    if (version === undefined) return undefined;
    const written = readMapEntry(suite, live.entries, { kind: "manifestVersion", id: manifest, version });
    return written && { version, record: written[1] };
  }

  #person(index: number): Person {
    const person = this.#people[index];
    if (!person) throw new Error("no such person");
    return person;
  }

  #place(index: number): Place {
    const place = this.#places[index];
    if (!place) throw new Error("no such place");
    return place;
  }
}
