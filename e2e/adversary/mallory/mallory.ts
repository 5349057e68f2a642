import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { readHead } from "#protocol/wire/log-reading.ts";
import type { CommandParts } from "#server/command/command-parts.ts";
import type { ServedCommand } from "#server/command/served-command.ts";
import type { InstanceSigner } from "#server/log/instance-signer.ts";
import type { LogDraft } from "#server/log/log-draft.ts";
import type { LogEngine } from "#server/log/log-engine.ts";
import type { Composition } from "#server/main.ts";
import type { EpochLogs } from "#server/ports.ts";
import type { Store } from "#server/store/store.ts";
import { type Branch, type BranchParts, closeBranch, commandsOf, forkBranch } from "./branch.ts";
import { asksForLeaves, type Call, proofLogOf, refuse, requestOf, type ServedReply } from "./call.ts";
import { delegate } from "./delegate.ts";
import { type Beside, rewriteLog } from "./rewrite-log.ts";

/** One way of lying, told again and again to whoever asks. */
export interface Lie {
  /** Answers in mallory's way, or undefined where honesty serves her better. */
  readonly serve?: (call: Call) => Promise<ServedReply | undefined>;
  /** Until when the answer to this very call is held back, while others are served; undefined for most. */
  readonly hold?: (call: Call) => Promise<void> | undefined;
  /** What the sealer sees of the logs. */
  readonly epochLogs?: (honest: EpochLogs) => EpochLogs;
  /** Log that was lied about; undefined until then. */
  readonly victim: () => Bytes | undefined;
  /** Where a lie is about no log in particular. */
  readonly isTold?: () => boolean;
}

/** What a lie is made with: the instance's key, the database, the engine, and as many histories as it takes. */
export interface Stage extends BranchParts {
  readonly parts: CommandParts;
  readonly isWithholding: boolean;
  /** Before, everything is honest. */
  readonly isArmed: () => boolean;
  /** Whether this is a log to lie about. */
  readonly mayLie: (log: Bytes) => boolean;
  /** The history that everybody else is shown and that is sealed. */
  readonly history: () => Branch;
  readonly setHistory: (branch: Branch) => void;
  /** A copy of the history, for whoever is to see another one. */
  readonly fork: () => Promise<Branch>;
  readonly rewrite: (
    log: Bytes,
    keep: number,
    write: (draft: LogDraft) => Partial<Beside> | undefined,
  ) => Promise<void>;
  /** The honest answer from a history; the one that is sealed unless another is given. */
  readonly answer: (call: Call, branch?: Branch) => Promise<ServedReply>;
}

export type CreateLie = (stage: Stage) => Lie;

/** The honest server with one lie built around it from outside. */
export interface Mallory {
  /** Put into the server's composition; the rest of it stays as it is. */
  readonly decorate: (honest: Composition) => Composition;
  /** From now on she lies: about one log, or about the first one that fits. */
  readonly arm: (log: Bytes | "any") => void;
  /** The log that was lied about; undefined until then. */
  readonly victim: () => Bytes | undefined;
  /** Whether she has lied yet, as far as one answer shows it. */
  readonly isTold: () => boolean;
  /** Resolves once an answer is held back until its asker works on. */
  readonly holding: Promise<void>;
  /** After the server was closed. */
  readonly close: () => Promise<void>;
}

export interface MalloryOptions {
  readonly createLie: CreateLie;
  /** Refuses every proof about the log that she lied about. */
  readonly isWithholding: boolean;
  /** Refuses its leaves and their hashes alone, and answers audits. */
  readonly isHidingLeaves?: boolean;
  /** The server's data folder. */
  readonly dataDir: string;
}

export function createMallory(options: MalloryOptions): Mallory {
  const { createLie, isWithholding, isHidingLeaves = false, dataDir } = options;
  const forks = new Set<Branch>();
  let target: Bytes | "any" | undefined;
  let original: Branch | undefined;
  let history: Branch | undefined;
  let stage: Stage | undefined;
  let lie: Lie | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let tellHolding = (): void => undefined;
  const holding = new Promise<void>((resolve) => (tellHolding = resolve));

  const createStage = (parts: CommandParts, branchParts: BranchParts, first: Branch): Stage => {
    const current = (): Branch => history ?? first;
    const commands = new WeakMap<Branch, ReadonlyMap<string, ServedCommand>>();
    const fork = async (): Promise<Branch> => {
      const folder = path.join(dataDir, "mallory");
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, `${randomUUID()}.sqlite`);
      const branch = await forkBranch(branchParts, current(), file);
      forks.add(branch);
      return branch;
    };
    return {
      ...branchParts,
      parts,
      isWithholding,
      isArmed: () => target !== undefined,
      mayLie: (log) => target !== undefined && (target === "any" || equalBytes(target, log)),
      history: current,
      setHistory: (branch) => (history = branch),
      fork,
      rewrite: async (log, keep, write) => {
        // The database of the honest start is left as it was.
        const branch = current() === original ? await fork() : current();
        forks.delete(branch);
        history = await rewriteLog(branchParts, branch, log, keep, write);
        forks.add(history);
      },
      answer: async ({ name, body, authorization }, branch = current()) => {
        const served = commands.get(branch) ?? commandsOf(parts, branch);
        commands.set(branch, served);
        const command = served.get(name);
        return command ? command.serve(body, authorization) : refuse("malformedRequest");
      },
    };
  };

  const decide = async (call: Call): Promise<ServedReply> => {
    if (!lie || !stage) throw new Error("commands are served once they are decorated");
    const victim = lie.victim();
    const asked = proofLogOf(call);
    const isAboutVictim = victim !== undefined && asked !== undefined && equalBytes(asked, victim);
    const isRefused = isWithholding || (isHidingLeaves && asksForLeaves(call));
    if (isAboutVictim && isRefused) return refuse("notAvailable");
    const served = (await lie.serve?.(call)) ?? (await stage.answer(call));
    return isAboutVictim && served.failure === "notAvailable" ? stage.answer(withoutOwnHead(call)) : served;
  };

  /** One after the other, so that no history changes under an answer. */
  const serve = (call: Call): Promise<ServedReply> => {
    const served = turn.then(() => decide(call));
    turn = served.catch(() => undefined);
    return served.then(async (reply) => {
      const held = lie?.hold?.(call);
      if (held) tellHolding();
      await held;
      return reply;
    });
  };

  const delegateEngine = (engine: LogEngine): LogEngine => {
    const current = (): LogEngine => history?.engine ?? engine;
    const epochLogs = delegate(engine.epochLogs, () => current().epochLogs);
    return {
      append: (submission) => current().append(submission),
      createOrganization: (wanted) => current().createOrganization(wanted),
      createWorkspace: (wanted) => current().createWorkspace(wanted),
      reader: delegate(engine.reader, () => current().reader),
      epochLogs: delegate(epochLogs, () => lie?.epochLogs?.(epochLogs) ?? epochLogs),
      idle: () => current().idle(),
    };
  };

  return {
    arm: (log) => (target = log),
    victim: () => lie?.victim(),
    isTold: () => lie?.isTold?.() ?? lie?.victim() !== undefined,
    holding,
    close: async () => {
      for (const branch of forks) await closeBranch(branch);
    },
    decorate: (honest) => {
      const { events, environment } = honest;
      let store: Store | undefined;
      let signer: InstanceSigner | undefined;
      return {
        ...honest,
        decorateStore: (opened) => {
          store = opened;
          return delegate(opened, () => history?.store ?? opened);
        },
        decorateSigner: (given) => (signer = given),
        decorateEngine: (engine) => {
          if (!store) throw new Error("the store is opened before the engine");
          original = { file: path.join(dataDir, "holdfast.sqlite"), store, engine };
          return delegateEngine(engine);
        },
        decorateCommands: (commands, parts) => {
          if (!signer || !original) throw new Error("the commands are made last");
          const branchParts = { suite: parts.suite, signer, events, clock: environment.clock };
          stage = createStage(parts, branchParts, original);
          lie = createLie(stage);
          return new Map(
            [...commands].map(([name, command]) => [
              name,
              { ...command, serve: (body, authorization) => serve({ name, body, authorization }) },
            ]),
          );
        },
      };
    },
  };
}

/** The same question without the head that the asker holds and this history does not have. */
function withoutOwnHead(call: Call): Call {
  const audit = requestOf(call, auditEpoch);
  if (audit) {
    const fromSizes = audit.fromSizes.map(() => 0);
    return { ...call, body: auditEpoch.encodeRequest({ ...audit, fromSizes }) };
  }
  const head = requestOf(call, readHead);
  return head ? { ...call, body: readHead.encodeRequest({ ...head, fromSize: 0 }) } : call;
}
