import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRoute, parseRoute } from "./route.ts";

describe("routes in the fragment", () => {
  it("opens Files for an empty fragment", () => {
    expect(parseRoute("")).toEqual({ name: "files", workspaceId: undefined, folderId: undefined });
    expect(parseRoute("#/")).toEqual({ name: "files", workspaceId: undefined, folderId: undefined });
  });

  it("refuses what it does not know instead of guessing", () => {
    for (const fragment of [
      "#/nowhere",
      "#/trust/other",
      "#/settings/x",
      "#/files/a/b/c",
      "#/files/%E0%A4%A",
    ]) {
      expect(parseRoute(fragment)).toEqual({ name: "notFound" });
    }
  });

  it("reads back every files route it writes", () => {
    const id = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(id, fc.option(id, { nil: undefined }), (workspaceId, folderId) => {
        const route = { name: "files", workspaceId, folderId } as const;
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  it("reads back the fixed routes", () => {
    const routes = [
      { name: "start", step: "welcome" },
      { name: "start", step: "create" },
      { name: "people" },
      { name: "trust", view: "timeline" },
      { name: "trust", view: "contradiction" },
      { name: "settings" },
    ] as const;
    for (const route of routes) expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (fragment) => {
        expect(parseRoute(fragment)).toHaveProperty("name");
      }),
    );
  });
});
