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

it("says that storage is damaged when a newer version of the app wrote it", async () => {
  const name = createName();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(name, 999);
    request.onupgradeneeded = () => request.result.createObjectStore("other");
    request.onerror = () => reject(new Error("could not open"));
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
  const store = createDexieRowStore(name, "relaxed");
  await expect(store.get("a")).rejects.toMatchObject({ error: { type: "StorageCorrupt" } });
});
