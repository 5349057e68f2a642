import { describe, expect, it } from "vitest";
import { createDexieRowStore } from "./dexie-row-store.ts";
import { describeRowStore } from "./testing/row-store-contract.ts";

let databases = 0;
const createName = () => `row-store-test-${Date.now()}-${databases++}`;

describe.each(["strict", "relaxed"] as const)("rows in IndexedDB, %s", (durability) => {
  describeRowStore(() => createDexieRowStore(createName(), durability));

  it("keeps rows for the next opening", async () => {
    const name = createName();
    const first = createDexieRowStore(name, durability);
    await first.write([{ key: "a", value: Uint8Array.of(7) }]);
    first.close();
    const second = createDexieRowStore(name, durability);
    expect(await second.get("a")).toEqual(Uint8Array.of(7));
    second.close();
  });
});

it.each([
  ["earlier", "1"],
  ["later", "3"],
])("leaves rows of a version of the app that is %s alone, and says so", async (writtenBy, format) => {
  const name = createName();
  const first = createDexieRowStore(name, "relaxed");
  await first.write([{ key: "a", value: Uint8Array.of(1) }]);
  first.close();
  const raw = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onerror = () => reject(new Error("could not open"));
    request.onsuccess = () => resolve(request.result);
  });
  await new Promise<void>((resolve) => {
    const transaction = raw.transaction("format", "readwrite");
    transaction.objectStore("format").put({ key: "rows", format });
    transaction.oncomplete = () => resolve();
  });
  raw.close();
  const second = createDexieRowStore(name, "relaxed");
  const refusal = { error: { type: "StorageOfOtherVersion", writtenBy } };
  await expect(second.get("a")).rejects.toMatchObject(refusal);
  await expect(second.write([{ key: "a", value: Uint8Array.of(2) }])).rejects.toMatchObject(refusal);
  await expect(second.clear()).rejects.toMatchObject(refusal);
});

it("says that storage is damaged when a row is not bytes", async () => {
  const name = createName();
  const store = createDexieRowStore(name, "relaxed");
  await store.write([{ key: "a", value: Uint8Array.of(1) }]);
  const raw = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onerror = () => reject(new Error("could not open"));
    request.onsuccess = () => resolve(request.result);
  });
  await new Promise<void>((resolve) => {
    const transaction = raw.transaction("rows", "readwrite");
    transaction.objectStore("rows").put({ key: "a", value: "text" });
    transaction.oncomplete = () => resolve();
  });
  raw.close();
  await expect(store.get("a")).rejects.toMatchObject({ error: { type: "StorageCorrupt" } });
  store.close();
});
