import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeStamp, leafHashOf } from "#protocol/log/leaf.ts";
import { NO_ENTRIES } from "#protocol/log/proven-entries.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { append } from "#protocol/wire/append.ts";
import { appendOf, replyWith } from "../call.ts";
import type { CreateLie } from "../mallory.ts";

/** Attack 22 the other way round: a write gets a receipt for an epoch that is sealed already, beyond that seal. */
export const lateStampLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const { suite, signer } = stage;
      const { reader, epochLogs } = stage.history().engine;
      const { log, signed, record } = write;
      const live = await reader.log(log);
      if (!live) return undefined;
      victim = log;
      const index = live.tail.size;
      const stamp = encodeStamp({
        index,
        serverTime: stage.clock(),
        instance: signer.instanceId,
        epoch: epochLogs.openEpoch() - 1,
        organizationSize: live.tail.organizationSize,
        mapRoot: new Uint8Array(32),
        outcome: "applied",
        results: null,
      });
      const tree = new MerkleTree(suite.sha256);
      for (let at = 0; at < index; at++) tree.append(live.tree.leafHash(at));
      tree.append(leafHashOf(suite, { ...signed, stamp }));
      const receipt = {
        note: signer.signHead({ log, size: index + 1, root: tree.root() }),
        stamp,
        inclusionPath: tree.inclusionPath(index, index + 1),
        consistencyPath: tree.consistencyPath(record.seenSize, index + 1),
        entries: NO_ENTRIES,
      };
      return replyWith(append, {
        kind: "appended",
        body: { receipt, results: [], contents: [], writes: [] },
      });
    },
  };
};
