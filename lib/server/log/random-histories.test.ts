import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { RecordContent } from "#protocol/log/record.ts";
import type { StoreLocation } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { Person, Place, SignedDraft } from "../testing/person.ts";
import { replayLog } from "../testing/replay-log.ts";
import { sealEpoch } from "../testing/seal.ts";
import { startTestEngine, type TestEngine, withFolder } from "../testing/test-engine.ts";
import { createWorld, type Door, type World } from "../testing/world.ts";
import type { Attachments } from "./attachments.ts";
import { describeEachDriver } from "./testing/each-driver.ts";
import { type Fault, type Step, step, type What } from "./testing/history-steps.ts";

/**
 * Whatever several devices do, in whichever order it reaches the server, and whichever commits fail on the way: what
 * it answered is what replaying the stored leaves through `applyRecord` gives, root for root.
 */

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

describeEachDriver("random histories", (createLocation, driver) => {
  it("replay to what was answered", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) =>
        withFolder(async (folder) => {
          const run = await Run.create(folder, createLocation(folder));
          for (const next of steps) await run.take(next);
          for (const outcome of await run.compareWithReplay()) seen.add(outcome);
          await run.stop();
        }),
      ),
      { numRuns: driver === "SQLite" ? 40 : 12 },
    );
    // The histories are worth something only if they contain what can go wrong.
    expect([...seen].sort()).toEqual(expect.arrayContaining(["applied", "conflict", "denied", "repeated"]));
  }, 60_000);
});

class Run {
  readonly #folder: string;
  readonly #location: StoreLocation;
  readonly #faults: Fault[] = [];
  readonly #sent: Sent[] = [];
  readonly #people: Person[] = [];
  readonly #places: Place[] = [];
  #server: TestEngine;
  #world: World;
  #counter = 0;
  #repeated = false;

  private constructor(input: {
    readonly folder: string;
    readonly location: StoreLocation;
    readonly faults: Fault[];
    readonly server: TestEngine;
    readonly world: World;
  }) {
    this.#folder = input.folder;
    this.#location = input.location;
    this.#faults = input.faults;
    this.#server = input.server;
    this.#world = input.world;
  }

  static async create(folder: string, location: StoreLocation): Promise<Run> {
    const faults: Fault[] = [];
    const server = await startTestEngine({ suite, folder, location, decorateStore: failing(faults) });
    const holder: { run?: Run } = {};
    const engine = () => holder.run?.engine ?? server.engine;
    const door: Door = {
      append: (submission) => engine().append(submission),
      createOrganization: (wanted) => engine().createOrganization(wanted),
      createWorkspace: (wanted) => engine().createWorkspace(wanted),
    };
    const world = await createWorld({ suite, door, instanceKeys: [server.signer.verifyKey], deployment });
    const run = new Run({ folder, location, faults, server, world });
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
        await this.#untilHeard(() => sealEpoch(this.#world, this.engine.epochLogs, deployment));
        return;
      case "fault":
        this.#faults.push(next.fault);
        return;
      case "restart":
        await this.#server.stop();
        this.#server = await startTestEngine({
          suite,
          folder: this.#folder,
          location: this.#location,
          decorateStore: failing(this.#faults),
        });
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
    const outcomes = this.#sent.map(({ outcome }) => outcome);
    return new Set(this.#repeated ? [...outcomes, "repeated"] : outcomes);
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
        const answer = await this.#untilHeard(() => this.#world.send(draft, attachments));
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
    const answer = await this.#untilHeard(() => this.#world.send(sent.draft, sent.attachments));
    if (answer.type !== "appended") throw new Error(answer.type);
    expect(toHex(answer.receipt.stamp)).toBe(toHex(sent.stamp));
    sent.person.verify(sent.place.log, sent.draft, answer.receipt);
  }

  /** As a client does: the same again for as long as the outcome is unknown. */
  async #untilHeard<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#repeated = true;
      }
    }
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

/** Each fault strikes one commit. */
function failing(faults: Fault[]): (store: Store) => Store {
  return (store) => ({
    ...store,
    commit: async (batch) => {
      const fault = faults.shift();
      if (fault === "lost") throw new StoreError("gone");
      await store.commit(batch);
      if (fault === "storedUnheard") throw new StoreError("connection lost");
    },
  });
}
