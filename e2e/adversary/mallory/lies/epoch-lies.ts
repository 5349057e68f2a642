import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { EpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf, parseNote } from "#protocol/log/head.ts";
import { type MapProof, proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, type PrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { readEpochSeal } from "#server/epoch/read-epoch-seal.ts";
import type { Checkpoint, EpochLogs } from "#server/ports.ts";
import { type Call, replyWith, requestOf, type ServedReply, tamper } from "../call.ts";
import type { CreateLie, Stage } from "../mallory.ts";

/** Attack 20: the ledger goes on, and no epoch of this deployment is published any more. */
export const noEpochsLie: CreateLie = (stage) => ({
  victim: () => undefined,
  isTold: stage.isArmed,
  epochLogs: (honest) =>
    stage.isArmed()
      ? { ...honest, newestEpochRecord: () => Promise.reject(new Error("no more epochs")) }
      : honest,
});

/** Attack 21: one log has no slot in the epoch's tree. */
export const missingSlotLie: CreateLie = (stage) => {
  const trees = new LyingTrees(stage, (slots, log) => slots.filter((slot) => !equalBytes(slot.log, log)));
  return {
    victim: () => trees.victim,
    epochLogs: (honest) => trees.epochLogs(honest),
    serve: async (call) => {
      const slotProof = trees.proofFor(call);
      const seal = await sealOf(stage, call);
      if (!slotProof || !seal) return trees.serveOthers(call);
      return replyWith(auditEpoch, { kind: "absent", body: { slotProof, seal } });
    },
  };
};

/** Attack 22: one log's slot stays where it was, below operations that got a receipt in this epoch. */
export const staleSlotLie: CreateLie = (stage) => {
  const kept = new Map<string, Checkpoint>();
  const trees = new LyingTrees(stage, (slots, log) =>
    slots.map((slot) => (equalBytes(slot.log, log) ? (kept.get(log.join()) ?? slot) : slot)),
  );
  return {
    victim: () => trees.victim,
    epochLogs: (honest) => {
      const lying = trees.epochLogs(honest);
      return {
        ...lying,
        closeLogs: async (epoch) => {
          const checkpoints = await lying.closeLogs(epoch);
          if (!stage.isArmed()) for (const slot of await honest.slots(epoch)) kept.set(slot.log.join(), slot);
          return checkpoints;
        },
      };
    },
    serve: async (call) => {
      const slotProof = trees.proofFor(call);
      const request = requestOf(call, auditEpoch);
      const slot = trees.victim && kept.get(trees.victim.join());
      const seal = await sealOf(stage, call);
      if (!slotProof || !request || !slot || !seal) return trees.serveOthers(call);
      // The older checkpoint, with a proof that this epoch's tree has it.
      const body = auditEpoch.encodeRequest({ ...request, epoch: slot.epoch });
      return tamper(await stage.answer({ ...call, body }), auditEpoch, (reply) =>
        reply.kind === "audited" ? { ...reply, body: { ...reply.body, slotProof, seal } } : reply,
      );
    },
  };
};

/** Attack 24: whoever asks about one log is shown another root of an anchored epoch, under a valid signature. */
export const twoRootsLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const request = requestOf(call, auditEpoch);
      if (!request || !stage.mayLie(request.log)) return undefined;
      return tamper(await stage.answer(call), auditEpoch, (reply) => {
        if (reply.kind !== "audited") return reply;
        victim = request.log;
        // A tree of its own: nothing but this log, so that slot and record belong together.
        const key = epochSlotKeyOf(stage.suite, request.log);
        const note = unwrap(parseNote(reply.body.note));
        const valueHash = checkpointHashOf(stage.suite, note.body);
        const tree = setEntries(stage.suite.sha256, emptyPrefixMap, [{ key, valueHash }]);
        const anchored = unwrap(parseEpochRecord(reply.body.seal.record));
        const record = encodeEpochRecord({ ...anchored, root: rootHash(tree) });
        const signatures = [{ key: stage.signer.verifyKey, signature: stage.signer.signEpochRecord(record) }];
        const slotProof = proveEntry(tree, key);
        return { ...reply, body: { ...reply.body, slotProof, seal: { record, signatures } } };
      });
    },
  };
};

function sealOf(stage: Stage, call: Call): Promise<EpochSeal | undefined> {
  const request = requestOf(call, auditEpoch);
  return request ? readEpochSeal(stage.history().store, request.epoch) : Promise.resolve(undefined);
}

/**
 * Puts another tree's root into the epoch record before it is stored. The honest sealer then finds a record that is
 * not its own, and anchors it at its next try.
 */
class LyingTrees {
  victim: Bytes | undefined;
  readonly #stage: Stage;
  readonly #change: (slots: readonly Checkpoint[], log: Bytes) => readonly Checkpoint[];
  readonly #trees = new Map<number, PrefixMap>();

  constructor(stage: Stage, change: (slots: readonly Checkpoint[], log: Bytes) => readonly Checkpoint[]) {
    this.#stage = stage;
    this.#change = change;
  }

  epochLogs(honest: EpochLogs): EpochLogs {
    return {
      ...honest,
      storeEpochRecord: async (encoded) => {
        const record = unwrap(parseEpochRecord(encoded));
        const slots = await honest.slots(record.epoch);
        const { suite } = this.#stage;
        this.victim ??= slots.find(
          ({ log, epoch }) => epoch === record.epoch && this.#stage.mayLie(log),
        )?.log;
        if (!this.victim) return honest.storeEpochRecord(encoded);
        const tree = setEntries(
          suite.sha256,
          emptyPrefixMap,
          this.#change(slots, this.victim).map(({ log, size, root }) => ({
            key: epochSlotKeyOf(suite, log),
            valueHash: checkpointHashOf(suite, encodeNoteBody({ log, size, root })),
          })),
        );
        this.#trees.set(record.epoch, tree);
        return honest.storeEpochRecord(encodeEpochRecord({ ...record, root: rootHash(tree) }));
      },
    };
  }

  /** Proof about the victim's slot in a tree that was changed; undefined for every other question. */
  proofFor(call: Call): MapProof | undefined {
    const log = requestOf(call, auditEpoch)?.log;
    return log && this.victim && equalBytes(log, this.victim) ? this.#proofIn(call) : undefined;
  }

  /** All other logs are in that tree as they should be. */
  async serveOthers(call: Call): Promise<ServedReply | undefined> {
    const slotProof = this.#proofIn(call);
    if (!slotProof) return undefined;
    return tamper(await this.#stage.answer(call), auditEpoch, (reply) =>
      reply.kind === "audited" ? { ...reply, body: { ...reply.body, slotProof } } : reply,
    );
  }

  #proofIn(call: Call): MapProof | undefined {
    const request = requestOf(call, auditEpoch);
    const tree = request && this.#trees.get(request.epoch);
    return tree && proveEntry(tree, epochSlotKeyOf(this.#stage.suite, request.log));
  }
}
