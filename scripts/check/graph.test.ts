import { describe, expect, it } from "vitest";
import { drawGraph, type Import } from "./graph.ts";

const importOf = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly });
const folderOf = (path: string): string | undefined => /^(.+)\//.exec(path)?.[1];

describe("the folder graph", () => {
  it("joins imports to one arrow, dotted only while all of them are types", () => {
    const graph = drawGraph(
      [
        importOf("app/a.ts", "lib/x.ts", true),
        importOf("app/b.ts", "lib/x.ts"),
        importOf("lib/x.ts", "lib-core/y.ts", true),
        importOf("lib/x.ts", "lib/z.ts"),
        importOf("lib/x.ts", "outside.ts"),
      ],
      folderOf,
    );
    expect(graph.split("\n")).toEqual([
      "```mermaid",
      "flowchart TD",
      '  app["app"] --> lib["lib"]',
      '  lib["lib"] -.-> lib_core["lib-core"]',
      "```",
      "",
    ]);
  });

  it("does not depend on the order of the imports", () => {
    const imports = [importOf("c/1", "d/1"), importOf("a/1", "b/1", true), importOf("a/2", "b/2")];
    expect(drawGraph(imports.toReversed(), folderOf)).toBe(drawGraph(imports, folderOf));
  });
});
