import type { CheckCode, EngineError, TrustState } from "#client/engine.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { type Result, unwrap } from "#protocol/result.ts";
import type { Verdict } from "#verifier/verdict.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import type { Attack } from "../mallory/attacks.ts";
import { createDevice, type Device, PASSPHRASE, type Tab } from "./device.ts";
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
  readonly verdict: TrustState;
  /** Whether writes in the workspace were paused at some point. */
  readonly isPaused: boolean;
  /** What the independent verifier says of everything that the device saved. */
  readonly evidence: readonly Verdict[];
}

/** The same ordinary day at every attack: work, be lied to, work on, and look at what the seals say. */
export async function runAttack(attack: Attack, isWithholding: boolean): Promise<AttackReport> {
  const hostile = await startHostileProduct({ createLie: attack.createLie, isWithholding });
  try {
    const device = createDevice(hostile.deployment(), hostile.clock);
    const tab = await device.openTab();
    const workspace = await workHonestly(hostile, tab);
    const journey = new Journey(hostile, device, tab, workspace);
    const before = await tab.engine.trust();
    if (before.state !== "verified")
      throw new Error(`before any lie: ${before.state} ${JSON.stringify(before.reasons)}`);
    hostile.mallory.arm(unwrap(fromHex(workspace)));
    await journey.work();
    await journey.lookAtSeals();
    if (journey.isQuiet) await journey.waitBeyondGrace();
    const report = await journey.report();
    await tab.engine.lock();
    return report;
  } finally {
    await hostile.close();
  }
}

async function workHonestly({ seal }: HostileProduct, { engine }: Tab): Promise<string> {
  unwrap(
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
  const { id } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(id, null, "2025"));
  unwrap(await engine.createFolder(id, null, "2026"));
  await seal();
  await engine.checkNow();
  return id;
}

class Journey {
  readonly #hostile: HostileProduct;
  readonly #device: Device;
  readonly #tab: Tab;
  readonly #workspace: string;
  #raised: AttackReport["raised"] = null;
  #red: Phase | null = null;
  #isPaused = false;

  constructor(hostile: HostileProduct, device: Device, tab: Tab, workspace: string) {
    this.#hostile = hostile;
    this.#device = device;
    this.#tab = tab;
    this.#workspace = workspace;
  }

  get isQuiet(): boolean {
    return this.#raised === null;
  }

  /** Writes, and reads from the server what this device has not in its cache any more. */
  async work(): Promise<void> {
    const { engine } = this.#tab;
    for (const name of ["Smith", "Jones"]) {
      await this.#do(engine.createFolder(this.#workspace, null, name));
    }
    for (let read = 0; read < READS; read++) {
      await engine.lock();
      await this.#device.storage.forgetFolders();
      unwrap(await engine.unlock(PASSPHRASE));
      await this.#do(engine.folder(this.#workspace, null));
    }
    await this.#do(engine.createFolder(this.#workspace, null, "Miller"));
  }

  async lookAtSeals(): Promise<void> {
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      // A server that seals no more says so by an error here.
      await this.#hostile.seal().catch(() => undefined);
      for (let check = 0; check < CHECKS; check++) {
        await this.#tab.engine.checkNow();
        await this.#look("epoch");
      }
    }
  }

  async waitBeyondGrace(): Promise<void> {
    this.#hostile.clock.advance(GRACE_MS);
    await this.#hostile.nextBlocks(2);
    await this.#tab.engine.checkNow();
    await this.#look("grace");
  }

  async report(): Promise<AttackReport> {
    const { state } = await this.#tab.engine.trust();
    return {
      isTold: this.#hostile.mallory.isTold(),
      raised: this.#raised,
      red: this.#red,
      verdict: state,
      isPaused: this.#isPaused,
      evidence: await Promise.all(this.#device.accusations.map((file) => this.#verify(file))),
    };
  }

  /** As a stranger would: with the anchor from a source of his own. */
  #verify(file: Bytes): Promise<Verdict> {
    const { chainId, height, headerHash, deploymentId } = this.#hostile.product.anchor;
    const expectedAnchor = { chainId, height: Number(height), headerHash, deployment: deploymentId };
    return verifyEvidence(file, { expectedAnchor });
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
    const { engine } = this.#tab;
    const { state, reasons } = await engine.trust();
    const [reason] = reasons.filter((candidate) => ALARMS.includes(candidate.state));
    if (reason) this.#raised ??= { check: reason.code, detail: reason.detail, phase };
    if (state === "contradiction") this.#red ??= phase;
    const workspaces = unwrap(await engine.workspaces());
    this.#isPaused ||= workspaces.some(({ isWritePaused }) => isWritePaused);
  }
}

const ALARMS: readonly TrustState[] = ["suspect", "contradiction", "stale", "other"];
const READS = 2;
const EPOCHS = 2;
/** Withholding is noticed at the second refusal. */
const CHECKS = 3;
/** Beyond two idle epochs. */
const GRACE_MS = 3_600_000;
