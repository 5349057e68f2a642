import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { MemoryLog } from "#protocol/log/testing/memory-log.ts";
import { proveEntries, readHead, readLeaves } from "#protocol/wire/log-reading.ts";
import { type Answer, answer } from "./answering-transport.ts";

/** A log as a server shows it. */
export type ShownLog = Pick<MemoryLog, "leaves" | "tree" | "note" | "prove">;

/** Heads, leaves and entries of each log as it is shown at that moment. */
export function answerLog(shown: (log: Bytes) => ShownLog): readonly Answer[] {
  return [
    answer(readHead, ({ log, fromSize }) => {
      const { tree } = shown(log);
      const isLonger = fromSize > 0 && fromSize <= tree.size;
      const consistencyPath = isLonger ? tree.consistencyPath(fromSize, tree.size) : [];
      return { kind: "head", body: { note: shown(log).note(), consistencyPath } };
    }),
    answer(readLeaves, ({ log, from, to }) => ({
      kind: "leaves",
      body: { leaves: shown(log).leaves.slice(from, to) },
    })),
    answer(proveEntries, ({ log, size, headSize, keys }) => {
      const { leaves, tree } = shown(log);
      const inclusionPath = tree.inclusionPath(size - 1, headSize);
      const leaf = leaves[size - 1] ?? new Uint8Array(0);
      return { kind: "proven", body: { leaf, inclusionPath, entries: shown(log).prove(keys, size) } };
    }),
  ];
}
