import { expect, it } from "vitest";
import type { RowStore } from "../row-store.ts";

/** What every implementation of `RowStore` keeps to. */
export function describeRowStore(createStore: () => RowStore): void {
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it("gives back what was written, and undefined for what was not", async () => {
    const store = createStore();
    await store.write([{ key: "a", value: bytes(1, 2) }]);
    expect(await store.get("a")).toEqual(bytes(1, 2));
    expect(await store.get("b")).toBeUndefined();
    store.close();
  });

  it("gives many rows at once in the order asked for, also one twice", async () => {
    const store = createStore();
    await store.write(["a", "b"].map((key) => ({ key, value: bytes(key.charCodeAt(0)) })));
    expect(await store.getMany(["b", "none", "a", "b"])).toEqual([
      bytes(98),
      undefined,
      bytes(97),
      bytes(98),
    ]);
    expect(await store.getMany([])).toEqual([]);
    store.close();
  });

  it("applies changes in order, the last one for a key counts", async () => {
    const store = createStore();
    await store.write([
      { key: "a", value: bytes(1) },
      { key: "a", value: null },
      { key: "b", value: bytes(2) },
      { key: "b", value: bytes(3) },
    ]);
    expect(await store.get("a")).toBeUndefined();
    expect(await store.get("b")).toEqual(bytes(3));
    store.close();
  });

  it("lists by prefix in order of keys", async () => {
    const store = createStore();
    await store.write(["b/2", "a/1", "b/10", "b", "c/1"].map((key) => ({ key, value: bytes(key.length) })));
    expect((await store.list("b/")).map(({ key }) => key)).toEqual(["b/10", "b/2"]);
    store.close();
  });

  it("does not share memory with its caller", async () => {
    const store = createStore();
    const value = bytes(1);
    await store.write([{ key: "a", value }]);
    value[0] = 9;
    expect(await store.get("a")).toEqual(bytes(1));
    store.close();
  });

  it("forgets everything when cleared", async () => {
    const store = createStore();
    await store.write([{ key: "a", value: bytes(1) }]);
    await store.clear();
    expect(await store.list("")).toEqual([]);
    store.close();
  });
}
