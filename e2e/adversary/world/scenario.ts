import type { CheckCode, DeviceEngine, EngineError, TrustState } from "#client/engine.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { type Result, unwrap } from "#protocol/result.ts";
import type { Verdict } from "#verifier/verdict.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { PASSPHRASE } from "../../support/test-device.ts";
import type { Attack } from "../mallory/attacks.ts";
import { registerStranger } from "./accomplice.ts";
import { createDevice, type Device } from "./device.ts";
import { type HostileProduct, startHostileProduct } from "./hostile-product.ts";

/** In which part of the journey something showed. */
export type Phase = "op" | "epoch" | "grace";

/** What one attack came to, as a person at the device and a stranger with the proof file see it. */
export interface AttackReport {
  /** Whether mallory got so far as to lie. */
  readonly isTold: boolean;
  /** The check that raised it first, with the fault's name. */
  readonly raised: { readonly check: CheckCode; readonly detail: string; readonly phase: Phase } | null;
  /** When it became red; null if it never did. */
  readonly red: Phase | null;
  /** The most serious one that was shown, and the one at the end. */
  readonly verdict: TrustState;
  readonly lastVerdict: TrustState;
  /** Whether writes in the workspace were paused at some point. */
  readonly isPaused: boolean;
  /** What the independent verifier says of everything that the device saved. */
  readonly evidence: readonly Verdict[];
}

/** What mallory does not give once she has lied: nothing is kept back, the log's leaves, or every proof. */
export type Withheld = "nothing" | "leaves" | "proofs";

/** The same ordinary day at every attack: work, be lied to, work on, and look at what the seals say. */
export async function runAttack(attack: Attack, withheld: Withheld): Promise<AttackReport> {
  const hostile = await startHostileProduct({
    createLie: attack.createLie,
    isWithholding: withheld === "proofs",
    isHidingLeaves: withheld === "leaves",
  });
  try {
    const device = await createDevice(hostile.deployment(), hostile.clock.now);
    const { engine } = await device.openTab();
    const place = await workHonestly(hostile, device, engine, attack.needsStranger === true);
    const journey = new Journey(hostile, device, engine, place);
    const before = await engine.trust();
    if (before.state !== "verified")
      throw new Error(`before any lie: ${before.state} ${JSON.stringify(before.reasons)}`);
    hostile.mallory.arm(unwrap(fromHex(place.workspace)));
    await journey.work();
    await journey.lookAtSeals();
    if (journey.isQuiet) await journey.waitBeyondGrace();
    const report = await journey.report();
    await engine.lock();
    return report;
  } finally {
    await hostile.close();
  }
}

interface Place {
  readonly workspace: string;
  readonly file: string;
}

async function workHonestly(
  { seal }: HostileProduct,
  device: Device,
  engine: DeviceEngine,
  isStrangerThere: boolean,
): Promise<Place> {
  const kit = unwrap(
    await engine.createOrganization(
      {
        organizationName: "Lawyers",
        userName: "Alice",
        deviceLabel: "Laptop",
        passphrase: PASSPHRASE,
        bootstrapToken: null,
      },
      () => undefined,
    ),
  );
  if (isStrangerThere) await registerStranger(device.host(), kit);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "2025"));
  // Its second version: an older one is there to be shown instead.
  await upload(engine, workspace, "letter.txt", "Dear Sir or Madam");
  await upload(engine, workspace, "letter.txt", "Dear Madam");
  const { entries } = unwrap(await engine.folder(workspace, null));
  const file = entries.find(({ name }) => name === "letter.txt")?.id;
  if (file === undefined) throw new Error("the file was not uploaded");
  await seal();
  await engine.checkNow();
  return { workspace, file };
}

/** Resolves when the transfer has ended, one way or the other. */
export async function upload(
  engine: DeviceEngine,
  workspace: string,
  name: string,
  text: string,
): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const stop = engine.subscribe((event) => {
      if (event.type !== "transfers") return;
      void engine.transfers().then(({ items, doneFiles, totalFiles }) => {
        const isOver = items.every(({ state }) => state !== "queued" && state !== "running");
        if (!isOver || doneFiles < totalFiles) return;
        stop();
        resolve();
      });
    });
  });
  const source = { kind: "file", file: new File([text], name), path: name } as const;
  unwrap(await engine.upload(workspace, null, [source]));
  await ended;
  await engine.clearFinishedTransfers();
}

class Journey {
  readonly #hostile: HostileProduct;
  readonly #device: Device;
  readonly #engine: DeviceEngine;
  readonly #place: Place;
  #raised: AttackReport["raised"] = null;
  #red: Phase | null = null;
  #worst: TrustState = "verified";
  #isPaused = false;

  constructor(hostile: HostileProduct, device: Device, engine: DeviceEngine, place: Place) {
    this.#hostile = hostile;
    this.#device = device;
    this.#engine = engine;
    this.#place = place;
  }

  get isQuiet(): boolean {
    return this.#raised === null;
  }

  /** Writes, and reads from the server what this device has not in its cache any more. */
  async work(): Promise<void> {
    const engine = this.#engine;
    const { workspace, file } = this.#place;
    for (const name of ["Smith", "Jones"]) await this.#do(engine.createFolder(workspace, null, name));
    for (let read = 0; read < READS; read++) {
      await engine.lock();
      await this.#device.forgetFolders();
      unwrap(await engine.unlock(PASSPHRASE));
      await this.#do(engine.folder(workspace, null));
    }
    await this.#do(engine.readFile(workspace, file, null, MAX_FILE_BYTES));
    await this.#do(engine.createFolder(workspace, null, "Miller"));
  }

  async lookAtSeals(): Promise<void> {
    for (let epoch = 0; epoch < EPOCHS && this.#red === null; epoch++) {
      // A server that seals no more says so by an error here.
      await this.#hostile.seal().catch(() => undefined);
      for (let check = 0; check < CHECKS; check++) {
        await this.#checkAtWork();
        await this.#look("epoch");
      }
    }
  }

  /** Whoever is made to wait for an answer goes on working. */
  async #checkAtWork(): Promise<void> {
    const check = this.#engine.checkNow();
    const { holding } = this.#hostile.mallory;
    const isHeld = await Promise.race([check.then(() => false), holding.then(() => true)]);
    for (const name of isHeld ? ["Taylor", "Young"] : []) {
      await this.#do(this.#engine.createFolder(this.#place.workspace, null, name));
    }
    await check;
  }

  async waitBeyondGrace(): Promise<void> {
    this.#hostile.clock.advance(GRACE_MS);
    await this.#hostile.nextBlocks(2);
    await this.#engine.checkNow();
    await this.#look("grace");
  }

  async report(): Promise<AttackReport> {
    const { state } = await this.#engine.trust();
    return {
      isTold: this.#hostile.mallory.isTold(),
      raised: this.#raised,
      red: this.#red,
      verdict: this.#worst,
      lastVerdict: state,
      isPaused: this.#isPaused,
      evidence: await Promise.all(this.#device.accusations.map((file) => this.#verify(file))),
    };
  }

  /** As a stranger would: with an anchor from a source of his own. */
  #verify(file: Bytes): Promise<Verdict> {
    const { chainId, height, headerHash, deploymentId } = this.#hostile.product.anchor;
    const known = { chainId, height: Number(height), headerHash, deployment: deploymentId };
    return verifyEvidence(file, { anchors: [known] });
  }

  async #do(operation: Promise<Result<unknown, EngineError>>): Promise<void> {
    const done = await operation;
    if (!done.ok && done.error.type === "ServerAnswerInvalid") {
      const { check, detail } = done.error;
      this.#raised ??= { check, detail, phase: "op" };
    }
    await this.#look("op");
  }

  async #look(phase: Phase): Promise<void> {
    const { state, reasons } = await this.#engine.trust();
    // What was proven names no check any more; the fault that led to it does.
    const [fault] = await this.#device.standingFaults();
    const reason = reasons.find((candidate) => ALARMS.includes(candidate.state));
    if (fault) this.#raised ??= { check: fault.check, detail: fault.detail, phase };
    else if (reason) this.#raised ??= { check: reason.code, detail: reason.detail, phase };
    if (ALARMS.indexOf(state) > ALARMS.indexOf(this.#worst)) this.#worst = state;
    if (state === "contradiction") this.#red ??= phase;
    const victim = this.#hostile.mallory.victim();
    const shown = unwrap(fromHex(this.#place.workspace));
    this.#isPaused ||= await this.#device.isPaused(victim ? [shown, victim] : [shown]);
  }
}

/** From the least serious to the most. */
const ALARMS: readonly TrustState[] = ["other", "stale", "suspect", "contradiction"];
const MAX_FILE_BYTES = 1_000_000;
const READS = 2;
const EPOCHS = 2;
/** Withholding is noticed at the second refusal. */
const CHECKS = 2;
/** Beyond two idle epochs. */
const GRACE_MS = 3_600_000;
