import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { emptyPrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { LiveLog } from "./live-log.ts";
import { MapsBusy, PastMaps } from "./past-maps.ts";

const suite = await createProductSuite();
const id = new Uint8Array(32);
const live = LiveLog.empty(suite, { id, kind: "workspace", organization: id });
const entries = Array.from({ length: 1200 }, (_, index) => {
  const value = new Uint8Array([index >> 8, index & 255]);
  return { key: suite.sha256(value), index, value };
});

function createMaps() {
  let asked = 0;
  const mapEntries = async () => {
    asked += 1;
    return entries;
  };
  const maps = new PastMaps(suite, { mapEntries, mapEntriesOf: async () => [] });
  return { maps, asked: () => asked };
}

it("rebuilds the same map, and lets everybody else in between", async () => {
  const { maps } = createMaps();
  const state = { isDone: false };
  const building = maps.at(live, 1).finally(() => (state.isDone = true));
  let turns = 0;
  while (!state.isDone) {
    turns += 1;
    await setImmediate();
  }
  expect(turns).toBeGreaterThanOrEqual(3);
  const hashed = entries.map(({ key, value }) => ({ key, valueHash: suite.sha256(value) }));
  expect(rootHash(await building)).toEqual(rootHash(setEntries(suite.sha256, emptyPrefixMap, hashed)));
});

it("rebuilds one at a time, each once, and refuses what would queue without end", async () => {
  const { maps, asked } = createMaps();
  const first = maps.at(live, 1);
  expect(maps.at(live, 1)).toBe(first);
  const others = Array.from({ length: 100 }, (_, n) => maps.at(live, n + 2).catch((error: unknown) => error));
  await first;
  expect(asked()).toBeLessThanOrEqual(2);
  const answers = await Promise.all(others);
  expect(answers.filter((answer) => answer instanceof MapsBusy)).toHaveLength(100 - 31);
  expect(asked()).toBe(32);
});
