import { describe, expect, it } from "vitest";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { createMemoryLocks } from "../testing/memory-locks.ts";
import { createProofWatch, type Proof, type Silence } from "../transport/proof-watch.ts";
import { keepSilences, withheldProofs } from "./withheld-proofs.ts";

const LOG = new Uint8Array(32).fill(1);
const OTHER_LOG = new Uint8Array(32).fill(2);
const REFUSED: Silence = { because: "refused", detail: "notAvailable" };
const BUSY: Silence = { because: "busy", detail: "tooManyRequests" };
const OFFLINE: Silence = { because: "offline", detail: "ServerTimedOut" };
const ID = new Uint8Array(16);
const IDENTITY = { deployment: LOG, organization: LOG, user: ID, device: ID, personalWorkspace: LOG };

interface Asked {
  readonly log?: Uint8Array;
  readonly proof?: Proof;
  /** The server answers something else afterwards. */
  readonly isFollowed?: boolean;
  /** Right after an unlock: nothing was heard of the ledger yet. */
  readonly isEarly?: boolean;
}

/** A device that may lock and unlock at any time, and what it says is kept from it. */
function createWorld() {
  const rows = createMemoryRows(suite);
  const locks = createMemoryLocks();
  let epoch = 0;
  let isLedgerKnown = true;
  const watch = () => createProofWatch(() => (isLedgerKnown ? epoch : -1));
  let proofs = watch();
  const keep = () => keepSilences({ rows, locks, proofs, identity: IDENTITY, now: () => 1 });
  return {
    /** The next seal, at which a proof is asked for and does not come. */
    ask: async (silence: Silence, asked: Asked = {}) => {
      const { log = LOG, proof = "replay", isFollowed = false, isEarly = false } = asked;
      epoch++;
      isLedgerKnown = !isEarly;
      proofs.unanswered(log, proof, silence);
      isLedgerKnown = true;
      if (isFollowed) proofs.answered();
      await keep();
    },
    askAgain: async (silence: Silence) => {
      proofs.unanswered(LOG, "replay", silence);
      await keep();
    },
    give: async (proof: Proof = "replay", log = LOG) => {
      proofs.verified(log, proof);
      await keep();
    },
    lock: () => {
      proofs = watch();
    },
    withheld: async () => (await withheldProofs({ rows })).map(({ proof }) => proof),
  };
}

describe("a proof that is asked for and does not come", () => {
  it("is withheld at the second seal, over locks, however often it is asked for at one", async () => {
    const { ask, askAgain, lock, withheld } = createWorld();
    await ask(REFUSED);
    for (let again = 0; again < 5; again++) await askAgain(REFUSED);
    expect(await withheld()).toEqual([]);
    lock();
    await ask(REFUSED);
    expect(await withheld()).toEqual(["replay"]);
  });

  it("counts where it was asked for before the ledger was known, at each unlock", async () => {
    const { ask, lock, withheld } = createWorld();
    await ask(REFUSED, { isEarly: true });
    lock();
    await ask(REFUSED, { isEarly: true });
    expect(await withheld()).toEqual(["replay"]);
  });

  it("is taken back by itself alone: not by another proof, nor for another log", async () => {
    const { ask, give, withheld } = createWorld();
    await ask(REFUSED);
    await give("head");
    await give("replay", OTHER_LOG);
    await ask(REFUSED);
    await give("head");
    expect(await withheld()).toEqual(["replay"]);
    await give();
    expect(await withheld()).toEqual([]);
    await ask(REFUSED);
    expect(await withheld()).toEqual([]);
  });

  it("is counted for each log and each proof by itself", async () => {
    const { ask, withheld } = createWorld();
    await ask(REFUSED, { proof: "head" });
    await ask(REFUSED, { proof: "entries" });
    await ask(REFUSED, { log: OTHER_LOG, proof: "head" });
    expect(await withheld()).toEqual([]);
  });

  it.each([
    ["a busy server", BUSY],
    ["a network that fails in the middle", OFFLINE],
  ])("is excused by %s at two seals and no longer, over locks", async (_, silence) => {
    const { ask, lock, withheld } = createWorld();
    for (let seal = 0; seal < 3; seal++) {
      await ask(silence);
      lock();
    }
    expect(await withheld()).toEqual([]);
    await ask(silence);
    expect(await withheld()).toEqual(["replay"]);
  });

  it("is not excused by one reason after the other", async () => {
    const { ask, withheld } = createWorld();
    await ask(BUSY);
    await ask(OFFLINE);
    await ask(BUSY);
    await ask(REFUSED);
    expect(await withheld()).toEqual(["replay"]);
  });

  it("is no matter of the network where the server answers something else afterwards", async () => {
    const { ask, withheld } = createWorld();
    await ask(OFFLINE, { isFollowed: true });
    await ask(OFFLINE, { isFollowed: true });
    expect(await withheld()).toEqual(["replay"]);
  });

  it("counts where it was given a moment before, and not where it is given a moment later", async () => {
    const { ask, give, askAgain, withheld } = createWorld();
    await ask(REFUSED);
    await give();
    await ask(REFUSED);
    expect(await withheld()).toEqual([]);
    await give();
    await askAgain(REFUSED);
    await ask(REFUSED);
    expect(await withheld()).toEqual(["replay"]);
  });
});
