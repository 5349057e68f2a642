import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine, TrustState } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE, type TestDevice } from "./test-device.ts";

/** Everything that goes wrong without anybody lying: protocol §8, as far as a device's audit can see it. */
type Accident =
  | "write"
  | "seal"
  | "check"
  | "restartServer"
  | "closeTab"
  | "restoreProfile"
  | "evictCache"
  | "loseAnswer"
  | "hideLedger"
  | "serverAsleep"
  | "clockAhead"
  | "clockBehind"
  | "garbleProofs"
  | "behindLedger";

/** What becomes of requests whose path ends so. */
interface Failure {
  readonly path: string;
  readonly how: "lost" | "garbled" | "behind";
}

const DAY_MS = 86_400_000;

class AccidentWorld {
  readonly #product: HostileProduct;
  #device: TestDevice | undefined;
  #engine: DeviceEngine | undefined;
  #workspace = "";
  #saved: (() => void) | undefined;
  #clockOffMs = 0;
  #failing: Failure | undefined;
  #names = 0;
  readonly seen = new Set<TrustState>();

  constructor(product: HostileProduct) {
    this.#product = product;
  }

  async begin(): Promise<void> {
    this.#device = await createAuditedDevice(this.#product.deployment(), {
      now: () => Date.now() + this.#clockOffMs,
    });
    const { engine } = await this.#device.openTab({ fetch: this.#fetch });
    this.#engine = engine;
    await createOrganization(engine);
    this.#workspace = unwrap(await engine.createWorkspace("Cases")).id;
    await this.#write();
    this.#save();
  }

  async suffer(accident: Accident): Promise<void> {
    switch (accident) {
      case "write":
        await this.#write();
        break;
      case "seal":
        await this.#product.seal();
        break;
      case "check":
        break;
      case "restartServer":
        await this.#product.restart();
        break;
      case "closeTab":
        await this.#reopen();
        this.#save();
        break;
      case "restoreProfile":
        await this.#running().lock();
        this.#saved?.();
        await this.#reopen();
        break;
      case "evictCache":
        await this.#running().lock();
        await this.#device?.stores.cache.clear();
        await this.#reopen();
        break;
      case "loseAnswer":
        await this.#during({ path: "/append", how: "lost" }, () => this.#write());
        break;
      case "hideLedger":
        await this.#during({ path: "/ledger-bundle", how: "lost" }, () => this.#check());
        break;
      case "serverAsleep":
        await this.#during({ path: "", how: "lost" }, () => this.#check());
        break;
      case "garbleProofs":
        await this.#during({ path: "/audit-epoch", how: "garbled" }, () => this.#check());
        break;
      case "behindLedger":
        await this.#during({ path: "/audit-epoch", how: "behind" }, () => this.#check());
        break;
      case "clockAhead":
        this.#clockOffMs = DAY_MS;
        break;
      case "clockBehind":
        this.#clockOffMs = -DAY_MS;
        break;
    }
    await this.#check();
  }

  /** Everything works again: whatever was suspected is taken back by itself. */
  async recover(): Promise<void> {
    this.#clockOffMs = 0;
    for (let round = 0; round < 2; round++) {
      await this.#product.seal();
      await this.#check();
      await this.#check();
    }
  }

  async standing() {
    const engine = this.#running();
    const [workspace] = unwrap(await engine.workspaces());
    return { trust: await engine.trust(), workspace, proofs: await engine.proofFiles() };
  }

  async end(): Promise<void> {
    await this.#engine?.lock();
  }

  readonly #fetch: Fetch = async (url, init) => {
    const failing = this.#failing;
    if (!failing || !url.endsWith(failing.path)) return fetch(url, init);
    if (failing.how === "behind")
      return new Response(auditEpoch.encodeReply({ kind: "notSealed", body: {} }).slice());
    const response = await fetch(url, init);
    const body = new Uint8Array(await response.arrayBuffer());
    if (failing.how === "lost") throw new TypeError("connection lost");
    const middle = Math.floor(body.length / 2);
    body[middle] = (body[middle] ?? 0) ^ 1;
    return new Response(body, { status: response.status });
  };

  async #during(failing: Failure, task: () => Promise<void>): Promise<void> {
    this.#failing = failing;
    try {
      await task();
    } finally {
      this.#failing = undefined;
    }
  }

  async #write(): Promise<void> {
    // Refused while something is suspected, or kept for later: both are answers.
    await this.#running().createFolder(this.#workspace, null, `folder ${this.#names++}`);
  }

  async #check(): Promise<void> {
    const engine = this.#running();
    await engine.checkNow();
    const { state } = await engine.trust();
    this.seen.add(state);
    for (const { lanes } of await engine.periods({ fromEpoch: null, limit: 100, workspace: null })) {
      for (const lane of Object.values(lanes)) this.seen.add(lane);
    }
  }

  async #reopen(): Promise<void> {
    await this.#running().lock();
    const opened = await this.#device?.openTab({ fetch: this.#fetch });
    this.#engine = opened?.engine;
    unwrap(await this.#running().unlock(PASSPHRASE));
  }

  #save(): void {
    const { vault, journal, cache } = this.#device?.stores ?? {};
    const saved = [vault, journal, cache].flatMap((store) =>
      store ? [{ store, rows: store.snapshot() }] : [],
    );
    this.#saved = () => {
      for (const { store, rows } of saved) store.restore(rows);
    };
  }

  #running(): DeviceEngine {
    if (!this.#engine) throw new Error("no tab is open");
    return this.#engine;
  }
}

const accidents: readonly Accident[] = [
  "write",
  "write",
  "seal",
  "seal",
  "check",
  "restartServer",
  "closeTab",
  "restoreProfile",
  "evictCache",
  "loseAnswer",
  "hideLedger",
  "serverAsleep",
  "clockAhead",
  "clockBehind",
  "garbleProofs",
  "behindLedger",
];

/** One server for all of them: each story has an organization of its own. */
let product: HostileProduct;
beforeAll(async () => {
  product = await startHostileProduct();
}, 30_000);
afterAll(() => product.close());

async function live(story: readonly Accident[]) {
  const world = new AccidentWorld(product);
  try {
    await world.begin();
    for (const accident of story) await world.suffer(accident);
    const during = new Set(world.seen);
    await world.recover();
    return { during, after: await world.standing() };
  } finally {
    await world.end();
  }
}

describe("honest accidents", () => {
  it.each(accidents.slice(3).map((accident) => [accident]))(
    "%s is never red and heals by itself",
    async (accident) => {
      const { during, after } = await live(["seal", accident, "write", accident]);
      expect(during).not.toContain("contradiction");
      expect(after.proofs).toEqual([]);
      expect(["verified", "partial"]).toContain(after.trust.state);
      expect(after.workspace?.isWritePaused).toBe(false);
    },
    60_000,
  );

  it("make writes wait where the proofs are broken, until they no longer are", async () => {
    const { during, after } = await live(["seal", "garbleProofs"]);
    expect(during).toContain("suspect");
    expect(after.trust.state).toBe("verified");
  }, 60_000);

  it("are never red in whatever order they come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...accidents), { minLength: 4, maxLength: 12 }),
        async (story) => {
          const { during, after } = await live(story);
          expect(during).not.toContain("contradiction");
          expect(after.proofs).toEqual([]);
          expect(after.trust.reasons.filter(({ state }) => state === "suspect")).toEqual([]);
          expect(after.workspace?.isWritePaused).toBe(false);
        },
      ),
      { numRuns: 4 },
    );
  }, 240_000);
});
