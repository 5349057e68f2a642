import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { specExample } from "./testing/spec-example.ts";

describe("the example of docs/spec/ledger.md", () => {
  const page = readFileSync("docs/spec/ledger.md", "utf8").replaceAll(/\s/g, "");

  it.each(Object.entries(specExample()))("has the %s that the code makes", (_, hex) => {
    expect(page).toContain(hex);
  });
});
