import { beforeAll, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { parseNote } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { Person, Place, SignedDraft } from "../testing/person.ts";
import { replayLog } from "../testing/replay-log.ts";
import { startTestEngine, type TestEngine, withFolder } from "../testing/test-engine.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { AppendAnswer } from "./append-job.ts";
import type { Attachments } from "./attachments.ts";
import { type CreateLocation, describeEachDriver } from "./testing/each-driver.ts";

/**
 * While one group is on its way to disk the next one is decided on top of it. Nothing of either may be answered,
 * signed or remembered before its own commit is durable, and when the first fails the second was never there.
 */

let suite: CryptoSuite;
let deployment: Bytes;

beforeAll(async () => {
  suite = await createProductSuite();
  deployment = suite.sha256(Uint8Array.of(1));
});

type Fate = "stored" | "lost" | "storedUnheard";

/** Commits that stop on their way until the test decides what becomes of them. */
class Sluice {
  isShut = false;
  isAway = false;
  #arrived: () => void = () => undefined;
  #open: (fate: Fate) => void = () => undefined;

  decorate = (store: Store): Store => ({
    ...store,
    commitNumber: async () => {
      if (this.isAway) throw new StoreError("away");
      return store.commitNumber();
    },
    commit: async (batch) => {
      const fate = this.isShut ? await this.#hold() : "stored";
      if (fate === "lost") throw new StoreError("gone");
      await store.commit(batch);
      if (fate === "storedUnheard") throw new StoreError("connection lost");
    },
  });

  /** Resolves when a commit stands before the shut sluice. */
  shut(): Promise<void> {
    this.isShut = true;
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  /** Later commits pass. */
  open(fate: Fate): void {
    this.isShut = false;
    this.#open(fate);
  }

  #hold(): Promise<Fate> {
    return new Promise((resolve) => {
      this.#open = resolve;
      this.#arrived();
    });
  }
}

interface Stage {
  readonly world: World;
  readonly server: TestEngine;
  readonly place: Place;
  readonly sluice: Sluice;
  /** A record that is held on its way to disk, and one that was decided on top of it meanwhile. */
  readonly sendBoth: (first: Send, second: Send) => Promise<readonly [Sent, Sent]>;
}

type Send = () => { readonly draft: SignedDraft; readonly attachments: Partial<Attachments> };
type Sent = ReturnType<Send> & { readonly answer: Promise<AppendAnswer>; readonly settled: () => boolean };

async function withStage(
  createLocation: CreateLocation,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const sluice = new Sluice();
    // A record's time is taken when it is decided.
    let tellDecided: () => void = () => undefined;
    const server = await startTestEngine({
      suite,
      folder,
      location: createLocation(folder),
      decorateStore: sluice.decorate,
      clock: () => {
        tellDecided();
        return Date.now();
      },
    });
    const world = await createWorld({
      suite,
      door: server.engine,
      instanceKeys: [server.signer.verifyKey],
      deployment,
    });
    const place = await world.createWorkspace(world.alice);
    await world.setRole(world.alice, place, world.bob, "contributor");
    const send = (made: ReturnType<Send>): Sent => {
      let isSettled = false;
      const answer = world.send(made.draft, made.attachments);
      answer.then(
        () => (isSettled = true),
        () => (isSettled = true),
      );
      return { ...made, answer, settled: () => isSettled };
    };
    await act({
      world,
      server,
      place,
      sluice,
      sendBoth: async (first, second) => {
        const held = sluice.shut();
        const one = send(first());
        await held;
        const decided = new Promise<void>((resolve) => (tellDecided = resolve));
        const two = send(second());
        await decided;
        return [one, two];
      },
    });
    const organization = await replayLog(world, server, world.organization, null);
    await replayLog(world, server, place.log, organization);
    await server.stop();
  });
}

function write({ world, place }: Stage, person: Person, name: string): Send {
  return () => {
    const { content, contents } = world.writeContent({
      manifest: world.manifest(name),
      text: `by ${person.name}`,
    });
    return { draft: person.draft(place, content), attachments: { contents } };
  };
}

/** The leaf's index, once the receipt is verified. */
async function accept(
  person: Person,
  place: Place,
  draft: SignedDraft,
  answer: Promise<AppendAnswer>,
): Promise<number> {
  const appended = await answer;
  if (appended.type !== "appended") throw new Error(appended.type);
  return person.accept(place.log, draft, appended.receipt).stamp.index;
}

describeEachDriver("a group decided on top of one that is on its way", (createLocation) => {
  const test = (name: string, act: (stage: Stage) => Promise<void>) =>
    it(name, () => withStage(createLocation, act), 20_000);

  test("is answered after it, and neither before its own commit", async (stage) => {
    const { world, server, place, sluice } = stage;
    const size = (await server.engine.reader.log(place.log))?.tail.size ?? 0;
    const commits = server.memory.commitNumber();
    const [one, two] = await stage.sendBoth(write(stage, world.alice, "a"), write(stage, world.bob, "b"));
    const head = await server.engine.reader.head(place.log, 0);
    expect(unwrap(parseNote(head?.note ?? new Uint8Array(0))).size).toBe(size);
    expect(server.memory.headOf(place.log)?.size).toBe(size);
    expect([one.settled(), two.settled(), server.memory.commitNumber()]).toEqual([false, false, commits]);
    expect(await server.engine.reader.leaves(place.log, 0, size + 1, 1e6)).toBeUndefined();

    const twoHeld = sluice.shut();
    sluice.open("stored");
    sluice.isShut = true;
    expect(await accept(world.alice, place, one.draft, one.answer)).toBe(size);
    await twoHeld;
    expect([two.settled(), server.memory.headOf(place.log)?.size]).toEqual([false, size + 1]);
    sluice.open("stored");
    expect(await accept(world.bob, place, two.draft, two.answer)).toBe(size + 1);
    expect(server.memory.headOf(place.log)?.size).toBe(size + 2);
    expect(server.memory.commitNumber()).toBe(commits + 2);
  });

  test("takes its place when that one is lost", async (stage) => {
    const { world, server, place, sluice } = stage;
    const size = (await server.engine.reader.log(place.log))?.tail.size ?? 0;
    const [one, two] = await stage.sendBoth(write(stage, world.alice, "a"), write(stage, world.bob, "b"));
    sluice.open("lost");
    await expect(one.answer).rejects.toThrow(StoreError);
    expect(await accept(world.bob, place, two.draft, two.answer)).toBe(size);
    const again = world.send(one.draft, one.attachments);
    expect(await accept(world.alice, place, one.draft, again)).toBe(size + 1);
  });

  test("stays behind it when that one was stored and only the answer was lost", async (stage) => {
    const { world, server, place, sluice } = stage;
    const size = (await server.engine.reader.log(place.log))?.tail.size ?? 0;
    const [one, two] = await stage.sendBoth(write(stage, world.alice, "a"), write(stage, world.bob, "b"));
    sluice.open("storedUnheard");
    await expect(one.answer).rejects.toThrow(StoreError);
    expect(await accept(world.bob, place, two.draft, two.answer)).toBe(size + 1);
    for (let round = 0; round < 2; round++) {
      const again = world.send(one.draft, one.attachments);
      expect(await accept(world.alice, place, one.draft, again)).toBe(size);
    }
    expect((await server.engine.reader.log(place.log))?.tail.size).toBe(size + 2);
  });

  test("fails with it when the database stays away, and neither is doubled afterwards", async (stage) => {
    const { world, server, place, sluice } = stage;
    const size = (await server.engine.reader.log(place.log))?.tail.size ?? 0;
    const [one, two] = await stage.sendBoth(write(stage, world.alice, "a"), write(stage, world.bob, "b"));
    sluice.isAway = true;
    sluice.open("storedUnheard");
    await expect(one.answer).rejects.toThrow(StoreError);
    await expect(two.answer).rejects.toThrow(StoreError);
    sluice.isAway = false;
    const again = [world.send(two.draft, two.attachments), world.send(one.draft, one.attachments)] as const;
    expect(await accept(world.bob, place, two.draft, again[0])).toBe(size + 1);
    expect(await accept(world.alice, place, one.draft, again[1])).toBe(size);
  });

  test("is decided anew when what it stood on is gone", async (stage) => {
    const { world, server, place, sluice } = stage;
    const carol = world.createPerson("carol");
    await world.addUser(carol, "standard");
    const size = (await server.engine.reader.log(place.log))?.tail.size ?? 0;
    const ring = suite.sha256(Uint8Array.of(3));
    const letIn = () => ({
      draft: world.alice.draft(place, {
        kind: "role",
        body: { user: carol.user, role: "contributor", ringHash: suite.sha256(ring) },
      }),
      attachments: { rings: [{ user: carol.user, ciphertext: ring }] },
    });
    const [one, two] = await stage.sendBoth(letIn, write(stage, carol, "c"));
    sluice.open("lost");
    await expect(one.answer).rejects.toThrow(StoreError);
    const answer = await two.answer;
    if (answer.type !== "refused") throw new Error(answer.type);
    expect(answer.refusal.statement.status).toBe("notMember");
    expect(unwrap(parseNote(answer.refusal.statement.note)).size).toBe(size);
  });

  test("finds in it the same record, and contents that were sent with another", async (stage) => {
    const { world, place, sluice } = stage;
    const [one, two] = await stage.sendBoth(write(stage, world.alice, "a"), () => {
      const { content } = world.writeContent({
        manifest: world.manifest("b"),
        text: `by ${world.alice.name}`,
      });
      return { draft: world.bob.draft(place, content), attachments: {} };
    });
    const again = world.send(one.draft, one.attachments);
    sluice.open("stored");
    const index = await accept(world.alice, place, one.draft, one.answer);
    expect(await accept(world.bob, place, two.draft, two.answer)).toBe(index + 1);
    expect(await accept(world.alice, place, one.draft, again)).toBe(index);
  });
});
