import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { createMapChange, type MapChange } from "#protocol/log/map-entry.ts";
import { appendOf } from "../call.ts";
import { changesOf } from "../forge.ts";
import type { CreateLie, Stage } from "../mallory.ts";
import { contentRow, forgeNewest } from "./forged-leaf.ts";

/** Manifests by id in hex, as the log's writes have left them. */
type Written = ReadonlyMap<string, { readonly id: Bytes; readonly version: number }>;

/**
 * Attack 46: a write gets an honest leaf, but the map from there on has forgotten something that other leaves wrote.
 * Nobody colludes, and no receipt is untrue.
 */
function hiddenEntryLie(
  hide: (stage: Stage, written: Written, index: number) => readonly MapChange[],
): CreateLie {
  return (stage) => {
    let victim: Bytes | undefined;
    const logs = new Map<string, Map<string, { readonly id: Bytes; readonly version: number }>>();
    return {
      victim: () => victim,
      serve: async (call) => {
        const write = appendOf(call);
        if (victim || write?.record.content.kind !== "write") return undefined;
        const { log, contents } = write;
        const written = logs.get(toHex(log)) ?? new Map();
        logs.set(toHex(log), written);
        const { items } = write.record.content.body;
        const others = new Map(written);
        for (const { manifest: id, baseVersion } of items) {
          others.delete(toHex(id));
          written.set(toHex(id), { id, version: baseVersion + 1 });
        }
        if (!stage.mayLie(log) || hide(stage, others, 0).length === 0) return undefined;
        victim = log;
        await forgeNewest(stage, log, write, {
          changes: (index) => [...changesOf(stage.suite, write, index), ...hide(stage, others, index)],
          beside: { contents: contents.map((ciphertext) => contentRow(stage, log, ciphertext)) },
        });
        return stage.answer(call);
      },
    };
  };
}

/** The version before the newest is said to be the newest, of everything that has one. */
export const hiddenVersionLie = hiddenEntryLie(({ suite }, written) =>
  [...written.values()].flatMap(({ id, version }) =>
    version < 2 ? [] : [createMapChange(suite, { kind: "manifest", id }, "manifest", [version - 1, false])],
  ),
);

/** The workspace's key is said to be the first one again, made just now. */
export const hiddenKeyLie = hiddenEntryLie(({ suite }, _written, index) => [
  createMapChange(suite, { kind: "key" }, "key", [0, index]),
]);
