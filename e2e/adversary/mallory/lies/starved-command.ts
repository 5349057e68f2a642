import { randomBytes } from "node:crypto";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { deviceIdOf } from "#protocol/log/identifiers.ts";
import { signRecord } from "#protocol/log/record.ts";
import type { FailureReason } from "#protocol/wire/command.ts";
import { readAuthority, readLeafHashes, readLeaves } from "#protocol/wire/log-reading.ts";
import { appendOf, type Call, refuse, replyWith, requestOf, type ServedReply } from "../call.ts";
import type { CreateLie, Stage } from "../mallory.ts";
import { forgeNewest } from "./forged-leaf.ts";

/** How a command is left without what it was asked for. */
export const MANNERS = ["refused", "busy", "alternating", "garbage", "empty", "lost"] as const;
export type Manner = (typeof MANNERS)[number];

/** Answers everything but one command, or but some of its questions; `lost` is up to the network. */
export function starvedCommandLie(isStarved: (call: Call) => boolean, manner: Manner): CreateLie {
  return (stage) => {
    let starved = 0;
    return {
      victim: () => undefined,
      isTold: () => starved > 0,
      serve: async (call) => {
        if (!stage.isArmed() || !isStarved(call)) return undefined;
        starved++;
        return insteadOf(call, manner, starved);
      },
    };
  };
}

/**
 * Attack 45: a leaf of a device that nobody registered stands in the sealed history, and leaves are the one thing that
 * is not given.
 */
export const starvedReplayLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const asked = requestOf(call, readLeaves);
      if (victim && asked && equalBytes(asked.log, victim)) return refuse("notAllowed");
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const served = await stage.answer(call);
      victim = write.log;
      await forgeByStranger(stage, victim);
      return served;
    },
  };
};

async function forgeByStranger(stage: Stage, log: Bytes): Promise<void> {
  const live = await stage.history().engine.reader.log(log);
  if (!live) throw new Error("only logs that exist are lied about");
  const secretKey = new Uint8Array(randomBytes(32));
  const device = deviceIdOf(stage.suite, stage.suite.verifyKeyOf(secretKey));
  const zeros = new Uint8Array(32);
  const record = {
    v: 1,
    log,
    device,
    incarnation: new Uint8Array(randomBytes(16)),
    seq: 0,
    prev: zeros,
    seenSize: live.tail.size,
    seenRoot: live.tail.root,
    seenOrganization: [0, zeros],
    sealedEpoch: -1,
    sealedHash: zeros,
    clientTime: 0,
    content: { kind: "ack", body: {} },
  } as const;
  const signed = signRecord(stage.suite, record, secretKey);
  await forgeNewest(stage, log, { record, signed }, { changes: () => [] });
}

const EXCUSES: readonly FailureReason[] = ["internal", "tooManyRequests", "databaseUnavailable"];

function insteadOf(call: Call, manner: Manner, count: number): ServedReply {
  switch (manner) {
    case "refused":
      return refuse("notAllowed");
    case "busy":
      return refuse("tooManyRequests");
    case "alternating":
      return refuse(EXCUSES[count % EXCUSES.length] ?? "internal");
    case "garbage":
      return { body: new Uint8Array(randomBytes(40)), kind: "failed", failure: null };
    case "empty":
      return emptyAnswer(call) ?? refuse("notAvailable");
    case "lost":
      return refuse("internal");
  }
}

function emptyAnswer({ name }: Call): ServedReply | undefined {
  switch (name) {
    case readLeaves.name:
      return replyWith(readLeaves, { kind: "leaves", body: { leaves: [] } });
    case readLeafHashes.name:
      return replyWith(readLeafHashes, { kind: "hashes", body: { frontier: [], hashes: [] } });
    case readAuthority.name:
      return replyWith(readAuthority, { kind: "authority", body: { leaves: [] } });
    default:
      return undefined;
  }
}
