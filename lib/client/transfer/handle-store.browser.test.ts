import { expect, it } from "vitest";
import { createHandleStore } from "./handle-store.ts";

it("keeps handles that can be read after the database was opened anew, and forgets them", async () => {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle("chosen.txt", { create: true });
  const writable = await handle.createWritable();
  await writable.write("content");
  await writable.close();
  const name = `handles-test-${Date.now()}`;
  await createHandleStore(name).put("job", [handle, root]);

  const again = createHandleStore(name);
  const [kept, folder] = await again.get("job");
  if (!(kept instanceof FileSystemFileHandle)) throw new Error("no handle of a file");
  expect(await (await kept.getFile()).text()).toBe("content");
  expect(folder?.kind).toBe("directory");
  await again.delete("job");
  expect(await again.get("job")).toEqual([]);
  // Twice is no failure: another tab may have been faster.
  await again.delete("job");
  await root.removeEntry("chosen.txt");
});
