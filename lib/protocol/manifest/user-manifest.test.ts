import { expect, it } from "vitest";
import { mergeUserManifests, type UserManifest } from "./user-manifest.ts";

const key = (n: number) => new Uint8Array(32).fill(n);
const workspace = (n: number, name: string, keys: readonly Uint8Array[] = [key(n)]) => ({
  log: key(n),
  name,
  keys,
  head: new Uint8Array(0),
});
const manifest = (...workspaces: UserManifest["workspaces"][number][]): UserManifest => ({
  organizationKey: key(9),
  organizationName: "Lawyers",
  userName: "Alice",
  workspaces,
});

it("keeps every workspace and the longer ring", () => {
  const base = manifest(workspace(1, "Cases"));
  const local = manifest(workspace(1, "Cases"), workspace(2, "Lab"));
  const remote = manifest(workspace(1, "Cases", [key(1), key(5)]), workspace(3, "Office"));
  expect(mergeUserManifests(base, local, remote)).toEqual(
    manifest(workspace(1, "Cases", [key(1), key(5)]), workspace(2, "Lab"), workspace(3, "Office")),
  );
});

it("takes the changed name, the recorded one where both changed it", () => {
  const base = manifest(workspace(1, "a"));
  expect(mergeUserManifests(base, manifest(workspace(1, "b")), base).workspaces[0]?.name).toBe("b");
  expect(mergeUserManifests(base, base, manifest(workspace(1, "c"))).workspaces[0]?.name).toBe("c");
  const both = mergeUserManifests(base, manifest(workspace(1, "b")), manifest(workspace(1, "c")));
  expect(both.workspaces[0]?.name).toBe("c");
});
