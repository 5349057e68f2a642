import { describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { codec, text } from "#protocol/codec/schema.ts";
import { createSealedRows, putRow, removeRow } from "./sealed-rows.ts";
import { createMemoryRowStore } from "./testing/memory-row-store.ts";

const suite = await createProductSuite();
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const notes = { name: "notes", codec: codec(text(100), 200) };
const localKey = randomBytes(32);
const id = randomBytes(16);

function createRows(key = localKey, store = createMemoryRowStore()) {
  return { store, rows: createSealedRows(suite, randomBytes, store, key) };
}

describe("storage at rest", () => {
  it("gives rows back in the order of their numbers", async () => {
    const { rows } = createRows();
    await rows.write([9, 300, 10].map((n) => putRow(notes, [id, n], `note ${n}`)));
    expect(await rows.list(notes, id)).toEqual(["note 9", "note 10", "note 300"]);
    expect(await rows.get(notes, id, 10)).toBe("note 10");
    await rows.write([removeRow(notes, [id, 10])]);
    expect(await rows.get(notes, id, 10)).toBeUndefined();
  });

  it("shows neither values nor ids", async () => {
    const { rows, store } = createRows();
    await rows.write([putRow(notes, [id], "secret contract")]);
    const disk = [...store.snapshot()]
      .map(([key, value]) => key + Buffer.from(value).toString("latin1"))
      .join();
    expect(disk).not.toContain("secret");
    expect(disk).not.toContain(Buffer.from(id).toString("hex"));
  });

  it("refuses rows that were changed, swapped or written under another key", async () => {
    const { rows, store } = createRows();
    await rows.write([putRow(notes, [1], "one"), putRow(notes, [2], "two")]);
    const [[firstKey, first], [secondKey]] = [...store.snapshot()] as [
      [string, Uint8Array],
      [string, Uint8Array],
    ];
    const corrupt = { error: { type: "StorageCorrupt" } };
    await store.write([{ key: secondKey, value: first }]);
    await expect(rows.get(notes, 2)).rejects.toMatchObject(corrupt);
    await store.write([
      { key: firstKey, value: first.map((byte, index) => (index === 30 ? byte ^ 1 : byte)) },
    ]);
    await expect(rows.get(notes, 1)).rejects.toMatchObject(corrupt);
    await store.write([{ key: firstKey, value: first.subarray(0, 10) }]);
    await expect(rows.list(notes)).rejects.toMatchObject(corrupt);
  });
});
