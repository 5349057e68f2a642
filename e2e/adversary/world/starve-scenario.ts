import type { TrustState } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { auditEpoch, ledgerBundle } from "#protocol/wire/audit.ts";
import {
  proveEntries,
  readAuthority,
  readHead,
  readLeafHashes,
  readLeaves,
} from "#protocol/wire/log-reading.ts";
import { challenge, openSession } from "#protocol/wire/session.ts";
import { ALICE, PASSPHRASE } from "../../support/test-device.ts";
import { type Call, requestOf } from "../mallory/call.ts";
import { type Manner, starvedCommandLie } from "../mallory/lies/starved-command.ts";
import { createDevice } from "./device.ts";
import { startHostileProduct } from "./hostile-product.ts";

/** One thing that a device asks for, and what a person is told when it is kept back while all else is answered. */
export interface Starved {
  readonly name: string;
  readonly isStarved: (call: Call) => boolean;
  /** Path of the command, for a network that loses it. */
  readonly command: string;
  /** In the reason's detail, of any log. */
  readonly told: RegExp;
  readonly state: TrustState;
}

const all =
  (command: { readonly name: string }) =>
  ({ name }: Call): boolean =>
    name === command.name;

/** Everything that a device asks a server to prove, or without which it can ask for nothing. */
export const STARVED: readonly Starved[] = [
  starved("audits", auditEpoch, /^ProofsWithheld: seal$/),
  starved("leaves", readLeaves, /^ProofsWithheld: (replay|organization)$|^LeavesMissing$/),
  starved("leaf hashes", readLeafHashes, /^ProofsWithheld: leafHashes$/),
  starved("heads", readHead, /^ProofsWithheld: head$/),
  starved("entries", proveEntries, /^ProofsWithheld: entries$/),
  starved("authority lists", readAuthority, /^ProofsWithheld: authority$|^Authority(Withheld|Missing)$/),
  starved("appends", append, /^OperationUnanswered$/),
  starved("challenges", challenge, /^ProofsWithheld: seal$/),
  starved("sessions", openSession, /^ProofsWithheld: seal$/),
  // No seal is heard of without it: it cannot be told from a ledger that is away.
  { ...starved("the ledger", ledgerBundle, /Failed$|Server|Reply/), state: "stale" },
  {
    ...starved("epochs of the ledger", ledgerBundle, /^ProofsWithheld: seal$/),
    isStarved: (call) => (requestOf(call, ledgerBundle)?.fromEpoch ?? -1) >= 0,
  },
];

function starved(name: string, command: { readonly name: string }, told: RegExp): Starved {
  return { name, isStarved: all(command), command: command.name, told, state: "suspect" };
}

/** Commands whose silence a person sees where it happens: nothing about the record rests on them. */
export const SEEN_AT_ONCE: readonly string[] = [
  "server-info",
  "put-blocks",
  "get-blocks",
  "create-organization",
  "create-workspace",
  "read-profiles",
  "read-ring",
  "list-logs",
];

/** The manners that make sense: what is lost is lost by its path, whatever was asked. */
export function mannersOf({ name }: Starved, manners: readonly Manner[]): readonly Manner[] {
  return name === "epochs of the ledger" ? manners.filter((manner) => manner !== "lost") : manners;
}

export interface StarveReport {
  readonly isTold: boolean;
  readonly state: TrustState;
  readonly details: readonly string[];
  /** Seals until it showed. */
  readonly seals: number;
}

/** Where a report falls short of what is promised, in words; empty where it does not. */
export function starveShortfalls(
  starved: Starved,
  { isTold, state, details }: StarveReport,
): readonly string[] {
  const short: string[] = [];
  if (!isTold) short.push("nothing was kept back");
  if (state !== starved.state) short.push(`${state}, not ${starved.state}`);
  if (!details.some((detail) => starved.told.test(detail))) short.push(`told "${details.join()}"`);
  return short;
}

/** An ordinary day: work, reads, locks and unlocks, a seal now and then. */
export async function runStarved(
  { isStarved, command, state }: Starved,
  manner: Manner,
): Promise<StarveReport> {
  const hostile = await startHostileProduct({ createLie: starvedCommandLie(isStarved, manner) });
  try {
    const device = await createDevice(hostile.deployment(), hostile.clock.now);
    const network = { isLosing: false, isLost: false };
    const fetchOrLose: Fetch = async (url, init) => {
      if (!network.isLosing || !url.endsWith(`/v1/${command}`)) return fetch(url, init);
      network.isLost = true;
      throw new TypeError("connection lost");
    };
    const { engine } = await device.openTab({ fetch: fetchOrLose });
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    await hostile.seal();
    await engine.checkNow();
    if (manner === "lost") network.isLosing = true;
    else hostile.mallory.arm("any");
    let seals = 0;
    let trust = await engine.trust();
    while (trust.state !== state && seals < MAX_SEALS) {
      // What waits, or is refused, is an answer too.
      await engine.createFolder(workspace, null, `Folder ${seals}`);
      await engine.lock();
      await device.forgetFolders();
      unwrap(await engine.unlock(PASSPHRASE));
      await engine.folder(workspace, null);
      await hostile.seal();
      await engine.checkNow();
      trust = await engine.trust();
      seals++;
    }
    await engine.lock();
    const details = trust.reasons.map(({ detail }) => detail);
    return { isTold: network.isLost || hostile.mallory.isTold(), state: trust.state, details, seals };
  } finally {
    await hostile.close();
  }
}

/** Two that count after two that are excused, and one for what is sent late. */
const MAX_SEALS = 6;
