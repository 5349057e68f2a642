import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { array, literal, nullable, struct, text, timeMs, uint, variant } from "#protocol/codec/schema.ts";
import { idSchema } from "#protocol/log/identifiers.ts";
import { type FolderChild, folderChildSchema } from "#protocol/manifest/folder-manifest.ts";
import { createTable, putRow } from "../storage/sealed-rows.ts";
import { createMemoryRows, randomBytes } from "../storage/testing/memory-rows.ts";
import { createIntentQueue, type IntendedChange, type Intent } from "./intent.ts";

const suite = await createProductSuite();
const log = randomBytes(32);

function put(name: string): IntendedChange {
  const after: FolderChild = {
    id: randomBytes(16),
    name,
    kind: "file",
    sizeBytes: 0,
    modifiedAt: 0,
    mimeHint: null,
  };
  return { kind: "put", body: { folder: new Uint8Array(16), before: null, after } };
}

function wanted(...names: readonly string[]) {
  return { createdAt: 1, changes: names.map(put), contents: [], subjects: [] };
}

function namesIn(intents: readonly Intent[]): string[][] {
  return intents.map(({ changes }) =>
    changes.map((change) => (change.kind === "put" ? change.body.after.name : change.kind)),
  );
}

function cut(intent: Intent, at: number): readonly [Intent, Intent] {
  const { changes } = intent;
  return [
    { ...intent, changes: changes.slice(0, at) },
    { ...intent, changes: changes.slice(at) },
  ];
}

describe("the queue of intents", () => {
  it("keeps its order, however often and wherever an intent is cut", async () => {
    const cuts = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 4 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const intents = createIntentQueue(createMemoryRows(suite));
        await intents.add(log, [wanted("a", "b", "c", "d", "e"), wanted("f"), wanted("g", "h", "i")]);
        for (const [index, at] of places) {
          const intent = (await intents.list(log))[index];
          if (intent && intent.changes.length > at) await intents.replace(log, intent, cut(intent, at));
        }
        await intents.add(log, [wanted("j")]);
        expect(namesIn(await intents.list(log)).flat()).toEqual([
          "a",
          "b",
          "c",
          "d",
          "e",
          "f",
          "g",
          "h",
          "i",
          "j",
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it("lets a part leave it with its reason, and goes on with the rest", async () => {
    const intents = createIntentQueue(createMemoryRows(suite));
    const [intent] = await intents.add(log, [wanted("a", "b", "c"), wanted("d")]);
    if (!intent) throw new Error("it was added");
    const [b] = intent.changes.slice(1, 2);
    const part = { ...intent, changes: b ? [b] : [] };
    const rest = { ...intent, changes: intent.changes.filter((change) => change !== b) };
    const obstacle = { kind: "notAllowed", body: {} } as const;
    await intents.hold(log, part, rest, { obstacle, heldAt: 7 });
    await intents.hold(log, rest, { ...rest, changes: [] }, { obstacle, heldAt: 8 });
    expect(namesIn(await intents.list(log))).toEqual([["d"]]);
    const held = await intents.held(log);
    expect(namesIn(held.map((one) => one.intent))).toEqual([["b"], ["a", "c"]]);
    await intents.release(
      log,
      held.map((one) => one.intent.order),
      held.map((one) => one.intent),
    );
    expect(namesIn(await intents.list(log))).toEqual([["d"], ["b"], ["a", "c"]]);
    expect(await intents.held(log)).toEqual([]);
  });

  it("reads what an earlier version left, in front of what is new, and makes room in it", async () => {
    const rows = createMemoryRows(suite);
    const earlier = createTable(
      "intent",
      struct({
        v: [0, literal(1)],
        order: [1, uint],
        createdAt: [2, timeMs],
        changes: [
          3,
          array(
            variant({
              put: [
                1,
                struct({
                  folder: [1, idSchema],
                  before: [2, nullable(folderChildSchema)],
                  after: [3, folderChildSchema],
                }),
              ],
            }),
            10_000,
          ),
        ],
        contents: [4, array(idSchema, 200)],
        subjects: [5, array(text(255), 8)],
      }),
      1024 * 1024,
    );
    const rowOf = (order: number, ...names: readonly string[]) => ({
      v: 1 as const,
      order,
      ...wanted(...names),
      changes: names.map(put).filter((change) => change.kind === "put"),
    });
    await rows.write([
      putRow(createTable("intent-order", uint, 16), [log], 9),
      putRow(earlier, [log, 7], rowOf(7, "a", "b")),
      putRow(earlier, [log, 8], rowOf(8, "c")),
    ]);
    const intents = createIntentQueue(rows);
    await intents.add(log, [wanted("d")]);
    expect(namesIn(await intents.list(log))).toEqual([["a", "b"], ["c"], ["d"]]);
    await intents.renew(log);
    const [oldest] = await intents.list(log);
    if (oldest) await intents.replace(log, oldest, cut(oldest, 1));
    expect(namesIn(await intents.list(log))).toEqual([["a"], ["b"], ["c"], ["d"]]);
  });
});
