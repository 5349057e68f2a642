import { describe, expect, it } from "vitest";
import { loadMessages } from "./catalogue.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";

/** Every message with its path. */
function leaves(node: object, path = ""): (readonly [string, string])[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as const] : leaves(Object(value), `${path}${key}.`),
  );
}

/** The names between braces: `{count, plural, …}` counts as `count`. */
function argumentsOf(message: string): readonly string[] {
  return [...new Set([...message.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1] ?? ""))].sort();
}

describe("messages", () => {
  it("has complete catalogues", async () => {
    expect(await loadMessages("en")).toBe(en);
    expect(await loadMessages("fr")).toBe(fr);
  });

  it("asks for the same arguments in both languages", () => {
    const english = leaves(en).map(([path, message]) => [path, argumentsOf(message)]);
    const french = leaves(fr).map(([path, message]) => [path, argumentsOf(message)]);
    expect(Object.fromEntries(french)).toEqual(Object.fromEntries(english));
  });

  it("keeps words out that promise too much or say nothing to a reader", () => {
    const forbidden = /fingerprint|byzantin|tamper|100 ?%|empreinte|infalsifiable|blockchain/i;
    const found = [...leaves(en), ...leaves(fr)].filter(([, message]) => forbidden.test(message));
    expect(found).toEqual([]);
  });
});
