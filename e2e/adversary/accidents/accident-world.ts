import type { DeviceEngine, TrustState } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { createOrganization } from "../../support/audited-device.ts";
import { PASSPHRASE } from "../../support/test-device.ts";
import type { CreateLie } from "../mallory/mallory.ts";
import { createDevice, type Device } from "../world/device.ts";
import { type HostileProduct, startHostileProduct } from "../world/hostile-product.ts";

/** What goes wrong between an honest server and an honest device, beside what one device alone can suffer. */
export const ACCIDENTS = [
  "conflictWithQueue",
  "duplicateDelivery",
  "lostAnswer",
  "twoTabs",
  "clonedProfile",
  "restoredProfile",
  "restart",
  "lostInstanceKey",
  "sealerCrash",
  "ledgerAway",
  "asleepOverEpochs",
  "deviceClockOff",
] as const;
export type Accident = (typeof ACCIDENTS)[number] | "serverClockAhead";

const DAY_MS = 86_400_000;

/** A device that works on, whatever happens; everything it ever showed is remembered. */
export class AccidentWorld {
  readonly seen = new Set<TrustState>();
  readonly #product: HostileProduct;
  readonly #sealer: { isCrashing: boolean };
  readonly #network = { through: fetch as Fetch };
  readonly #fetch: Fetch = (url, init) => this.#network.through(url, init);
  #deviceClockOffMs = 0;
  #device: Device | undefined;
  #engine: DeviceEngine | undefined;
  #workspace = "";
  #saved: readonly (() => void)[] = [];
  #names = 0;

  private constructor(product: HostileProduct, sealer: { isCrashing: boolean }) {
    this.#product = product;
    this.#sealer = sealer;
  }

  static async start(): Promise<AccidentWorld> {
    const sealer = { isCrashing: false };
    const world = new AccidentWorld(await startHostileProduct({ createLie: crashing(sealer) }), sealer);
    world.#device = await createDevice(
      world.#product.deployment(),
      () => Date.now() + world.#deviceClockOffMs,
    );
    const { engine } = await world.#device.openTab({ fetch: world.#fetch });
    world.#engine = engine;
    await createOrganization(engine);
    world.#workspace = unwrap(await engine.createWorkspace("Cases")).id;
    await world.#write();
    world.#save();
    await world.#product.seal();
    await world.#check();
    return world;
  }

  async suffer(accident: Accident): Promise<void> {
    await this.#write();
    await this.#happen(accident);
    await this.#write();
    await this.#product.seal();
    await this.#check();
  }

  /** Nothing goes wrong any more: two quiet epochs. */
  async recover() {
    this.#deviceClockOffMs = 0;
    for (let epoch = 0; epoch < 2; epoch++) {
      await this.#product.seal();
      await this.#check();
      await this.#check();
    }
    const [workspace] = unwrap(await this.#running().workspaces());
    return {
      trust: await this.#running().trust(),
      isWritePaused: workspace?.isWritePaused ?? true,
      proofs: await this.#running().proofFiles(),
      accusations: this.#device?.accusations.length ?? 0,
    };
  }

  async end(): Promise<void> {
    await this.#engine?.lock();
    await this.#product.close();
  }

  async #happen(accident: Accident): Promise<void> {
    switch (accident) {
      case "conflictWithQueue":
        return this.#conflict();
      case "duplicateDelivery":
        return this.#through(everythingTwice, () => this.#write());
      case "lostAnswer":
        return this.#through(losingAnswers("/v1/append"), () => this.#write());
      case "ledgerAway":
        return this.#through(losingAnswers("/v1/ledger-bundle"), () => this.#check());
      case "twoTabs":
        return this.#writeInTwoTabs();
      case "clonedProfile":
        return this.#workOnClone();
      case "restoredProfile":
        return this.#reopen(() => {
          for (const restore of this.#saved) restore();
        });
      case "restart":
        return this.#product.restart();
      case "lostInstanceKey":
        return this.#loseInstanceKey();
      case "sealerCrash":
        return this.#crashWhileSealing();
      case "asleepOverEpochs":
        return this.#sleep();
      case "serverClockAhead":
        this.#product.clock.advance(DAY_MS);
        await this.#product.nextBlocks(2);
        return this.#check();
      case "deviceClockOff":
        this.#deviceClockOffMs = this.#deviceClockOffMs > 0 ? -DAY_MS : DAY_MS;
        await this.#check();
        this.#deviceClockOffMs = 0;
    }
  }

  /** Edits wait on a clone that is offline while the device goes on. */
  async #conflict(): Promise<void> {
    const network = { through: losingAnswers("") };
    const clone = await this.#clone();
    const { engine } = await clone.openTab({ fetch: (url, init) => network.through(url, init) });
    network.through = fetch;
    unwrap(await engine.unlock(PASSPHRASE));
    network.through = losingAnswers("");
    await engine.createFolder(this.#workspace, null, "waiting");
    await this.#running().createFolder(this.#workspace, null, "waiting");
    network.through = fetch;
    await engine.createFolder(this.#workspace, null, `after ${this.#names++}`);
    await engine.checkNow();
    this.seen.add((await engine.trust()).state);
    await engine.lock();
  }

  async #workOnClone(): Promise<void> {
    const { engine } = await (await this.#clone()).openTab();
    unwrap(await engine.unlock(PASSPHRASE));
    await engine.createFolder(this.#workspace, null, `clone ${this.#names++}`);
    await engine.checkNow();
    this.seen.add((await engine.trust()).state);
    await engine.lock();
  }

  async #clone(): Promise<Device> {
    const clone = await createDevice(this.#product.deployment(), Date.now);
    const stores = this.#device?.stores;
    if (!stores) throw new Error("there is no device yet");
    for (const name of ["vault", "journal", "cache"] as const) {
      clone.stores[name].restore(stores[name].snapshot());
    }
    return clone;
  }

  async #writeInTwoTabs(): Promise<void> {
    const second = await this.#device?.openTab();
    if (!second) throw new Error("there is no device yet");
    unwrap(await second.engine.unlock(PASSPHRASE));
    await Promise.all([
      this.#write(),
      second.engine.createFolder(this.#workspace, null, `second tab ${this.#names++}`),
      this.#write(),
      second.engine.checkNow(),
    ]);
    // Locks the first one too.
    await second.engine.lock();
    await this.#reopen();
  }

  /** The ledger has the record, and the server does not know it. */
  async #crashWhileSealing(): Promise<void> {
    this.#sealer.isCrashing = true;
    await this.#product.seal().catch(() => undefined);
    this.#sealer.isCrashing = false;
    await this.#check();
    await this.#product.restart();
  }

  /** What the old key stamped and nobody heard of, the new one has to answer for. */
  async #loseInstanceKey(): Promise<void> {
    await this.#through(losingAnswers("/v1/append"), () => this.#write());
    await this.#product.restartWithNewKey();
    await this.#write();
    await this.#check();
  }

  async #sleep(): Promise<void> {
    await this.#running().lock();
    for (let epoch = 0; epoch < 5; epoch++) await this.#product.seal();
    unwrap(await this.#running().unlock(PASSPHRASE));
  }

  async #through(failing: Fetch, task: () => Promise<void>): Promise<void> {
    this.#network.through = failing;
    try {
      await task();
    } finally {
      this.#network.through = fetch;
    }
  }

  async #write(): Promise<void> {
    // Refused while something is suspected, or kept for later: both are answers.
    await this.#running().createFolder(this.#workspace, null, `folder ${this.#names++}`);
  }

  async #check(): Promise<void> {
    const engine = this.#running();
    await engine.checkNow();
    this.seen.add((await engine.trust()).state);
    for (const { lanes } of await engine.periods({ fromEpoch: null, limit: 100, workspace: null })) {
      for (const lane of Object.values(lanes)) this.seen.add(lane);
    }
  }

  async #reopen(between: () => void = () => undefined): Promise<void> {
    await this.#running().lock();
    between();
    const tab = await this.#device?.openTab({ fetch: this.#fetch });
    this.#engine = tab?.engine;
    unwrap(await this.#running().unlock(PASSPHRASE));
  }

  #save(): void {
    const { vault, journal, cache } = this.#device?.stores ?? {};
    this.#saved = [vault, journal, cache].flatMap((store) => {
      const rows = store?.snapshot();
      return store && rows ? [() => store.restore(rows)] : [];
    });
  }

  #running(): DeviceEngine {
    if (!this.#engine) throw new Error("no tab is open");
    return this.#engine;
  }
}

/** Not a lie: the sealer stops after the ledger has taken the epoch. */
function crashing(sealer: { readonly isCrashing: boolean }): CreateLie {
  return () => ({
    victim: () => undefined,
    epochLogs: (honest) =>
      sealer.isCrashing
        ? { ...honest, markAnchored: () => Promise.reject(new Error("the power is gone")) }
        : honest,
  });
}

/** A network that delivers every request twice; the second answer arrives. */
const everythingTwice: Fetch = async (url, init) => {
  if (!url.endsWith("/v1/append")) return fetch(url, init);
  await (await fetch(url, init)).arrayBuffer();
  return fetch(url, init);
};

/** The server did what it was asked for, and nobody hears of it. */
function losingAnswers(path: string): Fetch {
  return async (url, init) => {
    if (!url.endsWith(path)) return fetch(url, init);
    if (path !== "") await (await fetch(url, init)).arrayBuffer();
    throw new TypeError("connection lost");
  };
}
